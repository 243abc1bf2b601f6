/**
 * Mail accounts of GNOME Online Accounts, and their access tokens: the desktop has signed the user in, and refreshes the tokens.
 * Passwords, which it has for other accounts, are not requested.
 */
import { z } from 'zod'
import { errorCodeOf, errorTextOf } from '../../../common/errors.ts'
import type { MailServer } from '../secret.ts'
import { OAuthError } from '../oauth/errors.ts'
import { busAddressOf, type CallBus, type Environment, withSessionBus } from './session-bus.ts'

export interface DesktopAccount {
  /** Of the object on the bus. */
  readonly path: string
  readonly address: string
  readonly host: string
  readonly port: number
  readonly security: 'tls' | 'starttls'
  readonly user: string
}

const NAME = 'org.gnome.OnlineAccounts'
const OBJECTS = { destination: NAME, path: '/org/gnome/OnlineAccounts', interface: 'org.freedesktop.DBus.ObjectManager' }
const ACCOUNT = `${NAME}.Account`
const MAIL = `${NAME}.Mail`
const OAUTH2 = `${NAME}.OAuth2Based`
const NOT_AUTHORIZED = `${NAME}.Error.NotAuthorized`
const SETTINGS = "the system's settings, under Online Accounts"

const Properties = z.record(z.string(), z.unknown())
const ManagedObjects = z.record(z.string(), z.record(z.string(), Properties))
const Mail = z.object({
  EmailAddress: z.string(),
  ImapHost: z.string(),
  ImapUserName: z.string().min(1),
  ImapUseSsl: z.boolean().default(false),
  ImapUseTls: z.boolean().default(false),
})
const AccessToken = z.tuple([z.string().min(1)]).rest(z.unknown())

/** Never rejects: empty without such a desktop. */
export async function readDesktopAccounts(env: Environment): Promise<readonly DesktopAccount[]> {
  const busAddress = busAddressOf(env)
  if (busAddress === null) return []
  try {
    return await withSessionBus(busAddress, listAccounts)
  } catch {
    return []
  }
}

/**
 * @param server where the token is sent, which must be the account's own server: an imported account may name another
 * @throws OAuthError that says what to do
 */
export async function readDesktopToken(env: Environment, address: string, server?: MailServer): Promise<string> {
  const busAddress = busAddressOf(env)
  if (busAddress === null)
    throw new OAuthError('config', `There is no session bus, so the desktop has no token for ${address}; sign in to it in another way.`)
  try {
    return await withSessionBus(busAddress, async (call) => {
      const account = (await listAccounts(call)).find((one) => one.address.toLowerCase() === address.toLowerCase())
      if (!account) throw new OAuthError('auth', `The desktop has no mail account ${address} with a sign-in; add it in ${SETTINGS}.`)
      if (server && (server.host.toLowerCase() !== account.host.toLowerCase() || server.security === 'none'))
        throw new OAuthError(
          'config',
          `The token for ${address} is for ${account.host}, with encryption, and not for ${server.host}; add the account again.`,
        )
      const [token] = AccessToken.parse(await call({ destination: NAME, path: account.path, interface: OAUTH2, member: 'GetAccessToken' }))
      return token
    })
  } catch (error) {
    throw explain(error, address)
  }
}

function explain(error: unknown, address: string): OAuthError {
  if (error instanceof OAuthError) return error
  const name = error instanceof Error && 'dbusName' in error ? error.dbusName : null
  if (name === NOT_AUTHORIZED)
    return new OAuthError('auth', `The desktop is no longer signed in to ${address}; sign in again in ${SETTINGS}.`)
  // Without a cause, which holds the reply.
  const reason = name === null ? errorCodeOf(error) : errorTextOf(error).slice(0, 200)
  return new OAuthError('network', `GNOME Online Accounts has no token for ${address} at the moment (${reason}); retrying.`)
}

const listAccounts = async (call: CallBus): Promise<readonly DesktopAccount[]> =>
  accountsOf((await call({ ...OBJECTS, member: 'GetManagedObjects' }))[0])

/** Pure: of all objects, those that have mail over IMAP with encryption, and an OAuth 2 sign-in. */
export function accountsOf(objects: unknown): readonly DesktopAccount[] {
  return Object.entries(ManagedObjects.safeParse(objects).data ?? {}).flatMap(([path, interfaces]) => {
    const mail = Mail.safeParse(interfaces[MAIL]).data
    if (!mail || !interfaces[OAUTH2] || interfaces[ACCOUNT]?.['MailDisabled'] === true) return []
    const security = mail.ImapUseSsl ? 'tls' : 'starttls'
    const [, host, port = mail.ImapUseSsl ? '993' : '143'] = /^([^\s/@:]+)(?::(\d{1,5}))?$/.exec(mail.ImapHost) ?? []
    const address = mail.EmailAddress || String(interfaces[ACCOUNT]?.['PresentationIdentity'] ?? '')
    // An access token is never sent without encryption.
    if (host === undefined || address === '' || !(mail.ImapUseSsl || mail.ImapUseTls)) return []
    return [{ path, address, host, port: Number(port), security, user: mail.ImapUserName }]
  })
}
