/** Pure: the accounts of a profile as if discovery had found them. */
import { isLoopback } from '../../../common/model/hosts.ts'
import { MAIL_PORTS } from '../../../common/model/mail-ports.ts'
import type { Candidate, KnownAccount, SignIn } from '../../../common/protocol/discovery.ts'
import { AccountId } from '../../../common/protocol/wire.ts'
import type { Provider } from '../providers.ts'
import { providerInfo, providerOfDomain, providerOfHost } from '../table.ts'
import type { Preferences } from './prefs.ts'

/** Where local folders, or the messages of a POP3 account, are: relative to the profile, or absolute. */
export type LocalFolder = { readonly relative: string } | { readonly absolute: string }

/** nsMsgSocketType and nsMsgAuthMethod, in Thunderbird's MailNewsTypes2.idl. */
const SOCKET = { tryStartTls: '1', startTls: '2', tls: '3' }
const OAUTH2 = '10'
const ISSUERS: Readonly<Record<string, SignIn>> = { 'accounts.google.com': 'google', 'login.microsoftonline.com': 'microsoft' }
/** More is no profile of a person. */
const MAX_ACCOUNTS = 50
const ALL_FOLDERS = ['*', '!\\Junk', '!\\Trash', '!\\Sent', '!\\Drafts']

type ReadServer = (key: string) => string | undefined

/** In Thunderbird's order, the default account first. */
export function accountsOf(preferences: Preferences): readonly KnownAccount[] {
  const known = new Map<string, KnownAccount>()
  for (const { id, read } of serversOf(preferences)) {
    const account = knownAccountOf(preferences, id, read, new Set(known.keys()))
    if (account) known.set(account.discovery.address, account)
  }
  return [...known.values()]
}

/** Only of mboxes: in Thunderbird's Maildirs no file name says whether a message is read. */
export const localFoldersOf = (preferences: Preferences): readonly LocalFolder[] =>
  serversOf(preferences).flatMap(({ read }): readonly LocalFolder[] => {
    const relative = /^\[ProfD\](.+)$/.exec(read('directory-rel') ?? '')?.[1]
    const absolute = read('directory')
    const isLocal = read('type') === 'none' || read('type') === 'pop3'
    if (!isLocal || read('storeContractID')?.includes('maildirstore')) return []
    return relative !== undefined ? [{ relative }] : absolute ? [{ absolute }] : []
  })

function serversOf(preferences: Preferences): readonly { readonly id: string; readonly read: ReadServer }[] {
  const list = preferences.get('mail.accountmanager.accounts')?.split(',', MAX_ACCOUNTS) ?? []
  const first = preferences.get('mail.accountmanager.defaultaccount')
  const ids = list.map((id) => id.trim()).toSorted((a, b) => Number(b === first) - Number(a === first))
  return ids.flatMap((id) => {
    const server = preferences.get(`mail.account.${id}.server`)
    return server === undefined ? [] : [{ id, read: (key: string) => preferences.get(`mail.server.${server}.${key}`) }]
  })
}

/** Null for what is not the account of a mail server. */
function knownAccountOf(preferences: Preferences, id: string, read: ReadServer, taken: ReadonlySet<string>): KnownAccount | null {
  const protocol = read('type')
  // Until version 115, another name than at the set-up is in `real…`.
  const host = (read('realhostname') || read('hostname') || '').trim().toLowerCase()
  const user = (read('realuserName') || read('userName') || '').trim()
  if ((protocol !== 'imap' && protocol !== 'pop3') || !/^[^\s/@]{1,253}$/.test(host) || user === '' || /\p{Cc}/u.test(user)) return null
  const address = addressOf(preferences, id, user, host, taken)
  if (address === null) return null
  const provider = providerOf(address, host)
  const isPlain = isUnencrypted(read) && isLoopback(host)
  const byBrowser = read('authMethod') === OAUTH2
  const signIn = signInOf(provider, host, byBrowser ? read('oauth2.issuer') : undefined)
  const candidate: Candidate = {
    protocol,
    host,
    ...connectionOf(protocol, isPlain, read),
    user,
    signIn,
    origins: ['thunderbird'],
    mustConfirm: false,
  }
  return {
    discovery: { address, candidates: [candidate], provider: provider && providerInfo(provider) },
    byBrowser: byBrowser && signIn.some((method) => method === 'google' || method === 'microsoft'),
    isPlain,
    folders: protocol === 'imap' && read('check_all_folders_for_new') === 'true' ? ALL_FOLDERS : [],
  }
}

/** Two accounts may send as the same address: the second is then named by its user. */
function addressOf(preferences: Preferences, id: string, user: string, host: string, taken: ReadonlySet<string>): string | null {
  const identity = preferences.get(`mail.account.${id}.identities`)?.split(',')[0]?.trim()
  const email = preferences.get(`mail.identity.${identity}.useremail`)?.trim()
  const byUser = user.includes('@') ? user : `${user}@${host}`
  return (
    [email, byUser].find((name) => name && /^[^@\s]+@[^@\s]+$/.test(name) && AccountId.safeParse(name).success && !taken.has(name)) ?? null
  )
}

/** The one of the address, if several share the server. */
const providerOf = (address: string, host: string): Provider | null =>
  [providerOfDomain(address.slice(address.lastIndexOf('@') + 1).toLowerCase()), providerOfHost(host)].find((provider) =>
    provider?.servers.some((server) => server.host === host),
  ) ?? null

const isUnencrypted = (read: ReadServer): boolean => !Object.values(SOCKET).includes(read('socketType') ?? '0')

/** What Thunderbird reaches in plain text must offer STARTTLS on the same port, unless it is on this machine. */
function connectionOf(protocol: 'imap' | 'pop3', isPlain: boolean, read: ReadServer): Pick<Candidate, 'port' | 'security'> {
  const security = isPlain || read('socketType') === SOCKET.tls ? 'tls' : 'starttls'
  const port = Number(read('port'))
  const usual = MAIL_PORTS[protocol][isPlain ? 'none' : security]
  return { port: Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : usual, security }
}

function signInOf(provider: Provider | null, host: string, issuer: string | undefined): readonly SignIn[] {
  const known = provider?.servers.find((server) => server.host === host)?.signIn ?? ['password']
  const browser = ISSUERS[issuer ?? '']
  return browser === undefined || known.includes(browser) ? known : [browser, ...known]
}
