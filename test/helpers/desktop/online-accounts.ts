/** A stand-in of `org.gnome.OnlineAccounts` on a session bus, with the interfaces of GNOME's dbus-interfaces.xml that Mailbell uses. */
import { createClient } from 'dbus-native'

export interface OnlineAccount {
  readonly id: string
  readonly provider?: string
  readonly identity: string
  /** Null for an account without mail, or with mail turned off. */
  readonly mail: Readonly<Record<string, string | boolean>> | null
  /** Null for an account that signs in with a password. */
  readonly token: (() => string) | null
}

export interface OnlineAccounts {
  /** Ids of the accounts that were asked for a token. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

const ROOT = '/org/gnome/OnlineAccounts'
const typesOf = (values: Readonly<Record<string, string | boolean>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'boolean' ? 'b' : 's']))

export async function startOnlineAccounts(address: string, accounts: readonly OnlineAccount[]): Promise<OnlineAccounts> {
  const bus = createClient({ busAddress: address })
  bus.connection.on('error', () => undefined)
  const asked: string[] = []
  bus.exportObjectManager(ROOT)
  for (const { id, provider = 'google', identity, mail, token } of accounts) {
    const path = `${ROOT}/Accounts/${id}`
    const account = { Id: id, ProviderType: provider, PresentationIdentity: identity, MailDisabled: mail === null, AttentionNeeded: false }
    bus.exportInterface({ ...account }, path, { name: 'org.gnome.OnlineAccounts.Account', properties: typesOf(account) })
    if (mail) bus.exportInterface({ ...mail }, path, { name: 'org.gnome.OnlineAccounts.Mail', properties: typesOf(mail) })
    if (!token) continue
    const GetAccessToken = (): [string, number] => {
      asked.push(id)
      return [token(), 3_599]
    }
    bus.exportInterface({ GetAccessToken, ClientId: 'x', ClientSecret: 'client-secret' }, path, {
      name: 'org.gnome.OnlineAccounts.OAuth2Based',
      methods: { GetAccessToken: ['', 'si', [], []] },
      properties: { ClientId: 's', ClientSecret: 's' },
    })
  }
  await bus.requestName('org.gnome.OnlineAccounts', 0)
  return { asked, close: () => bus.close() }
}
