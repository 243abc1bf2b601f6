/** The way to a mail account: what was typed, what was found for it, and what is wrong with it. */
import type { AccountForm, StoredAccount, ConnectionSecurity } from '../../common/protocol/account.ts'
import type { Candidate, Discovery, ProviderInfo } from '../../common/protocol/discovery.ts'
import type { MailProtocol } from '../../common/protocol/account.ts'
import { isLoopback } from '../../common/model/hosts.ts'

/** Null where the person has typed nothing: the field then follows what was found. */
export interface AccountDraft {
  readonly address: string
  /** Null until the address was looked for. */
  readonly found: Discovery | null
  /** Which of the servers that were found; they are counted from 0. */
  readonly chosen: number
  readonly password: string
  /** The person would rather sign in with the browser, where a password would do as well. */
  readonly byBrowser: boolean
  readonly clientId: string
  readonly clientSecret: string
  readonly protocol: MailProtocol | null
  readonly host: string | null
  readonly port: string | null
  readonly security: ConnectionSecurity | null
  readonly user: string | null
  /** A path on each line. */
  readonly folders: string
  /** The server of another domain to which the person lets the password go. */
  readonly agreed: string | null
  readonly pin: Pin | null
  /** What is kept of an account that is signed in to again. */
  readonly again: StoredAccount | null
}

/** The one certificate that the person accepts of a server. */
interface Pin {
  /** Host and port, as `serverOf` gives them. */
  readonly server: string
  /** As it was shown, `AB:CD:…`. */
  readonly fingerprint: string
}

export const EMPTY_ACCOUNT: AccountDraft = {
  address: '',
  found: null,
  chosen: 0,
  password: '',
  byBrowser: false,
  clientId: '',
  clientSecret: '',
  protocol: null,
  host: null,
  port: null,
  security: null,
  user: null,
  folders: '',
  agreed: null,
  pin: null,
  again: null,
}

/** As the fields show it. */
export interface FilledDraft {
  readonly protocol: MailProtocol
  readonly host: string
  readonly port: string
  readonly security: ConnectionSecurity
  readonly user: string
  /** What was found and is chosen; null where nothing was. */
  readonly candidate: Candidate | null
  readonly provider: ProviderInfo | null
  /** Whose browser sign-in the server takes; null where it takes none. */
  readonly browser: 'google' | 'microsoft' | null
  /** It is signed in to with the browser: by choice, or because nothing else is taken. */
  readonly byBrowser: boolean
}

export type AccountField =
  | 'agreed'
  | 'byBrowser'
  | 'clientId'
  | 'clientSecret'
  | 'password'
  | 'host'
  | 'port'
  | 'security'
  | 'user'
  | 'folders'
export type AccountFieldError =
  | 'needPassword'
  | 'needClientId'
  | 'needClientSecret'
  | 'needHost'
  | 'needPort'
  | 'needUser'
  | 'needSafe'
  | 'needAgreed'

const isByToken = ({ signIn }: Candidate): boolean => signIn.every((method) => method === 'token')

const USUAL_PORTS = {
  imap: { tls: '993', starttls: '143', none: '143' },
  jmap: { tls: '443', starttls: '443', none: '80' },
  pop3: { tls: '995', starttls: '110', none: '110' },
} as const

export const isAddress = (text: string): boolean => /^[^@\s]+@[^@\s]+$/.test(text.trim())

export function fill({ address, found, chosen, protocol, host, port, security, user, byBrowser }: AccountDraft): FilledDraft {
  const candidate = found?.candidates[chosen] ?? null
  const secured = security ?? candidate?.security ?? 'tls'
  const spoken = protocol ?? candidate?.protocol ?? 'imap'
  const isAsFound = candidate?.security === secured && candidate.protocol === spoken
  // An access token is for the provider's own server alone.
  const isTheirs = isAsFound && (host === null || host.trim() === candidate.host)
  const browser = (isTheirs && candidate.signIn.find((method) => method === 'google' || method === 'microsoft')) || null
  return {
    protocol: spoken,
    host: host ?? candidate?.host ?? '',
    port: port ?? (isAsFound ? String(candidate.port) : USUAL_PORTS[spoken][secured]),
    security: secured,
    user: user ?? (candidate ? (isByToken(candidate) ? '' : candidate.user) : address.trim()),
    candidate,
    provider: found?.provider ?? null,
    browser,
    byBrowser: browser !== null && (byBrowser || !takesTyped(candidate)),
  }
}

const isTyped = (method: Candidate['signIn'][number]): boolean => method !== 'google' && method !== 'microsoft'

/** True where something that can be typed opens the mailbox. */
export const takesTyped = (candidate: Candidate | null): boolean => candidate?.signIn.some(isTyped) ?? true

/** What the mailbox is opened with; `browser` is neither typed nor kept here. */
export function secretOf({ protocol, user, candidate, byBrowser }: FilledDraft): 'password' | 'app-password' | 'token' | 'browser' {
  if (byBrowser) return 'browser'
  if (protocol === 'jmap' && user.trim() === '') return 'token'
  if (candidate === null) return 'password'
  const typed = candidate.signIn.find((method) => method === 'password' || method === 'app-password' || method === 'token')
  return typed === 'app-password' ? typed : 'password'
}

/** As if nothing had been found: the person knows the server. */
export const byHand = (address: string): AccountDraft => ({
  ...EMPTY_ACCOUNT,
  address,
  found: { address: address.trim(), candidates: [], provider: null },
  host: '',
})

/** As if what is kept had been found: only the password, or the sign-in in the browser, is missing. */
export function toSignInAgain(kept: StoredAccount): AccountDraft {
  const { account, protocol, host, port, security, user, folders, pin, url, oauth } = kept
  const candidate: Candidate = {
    protocol,
    host,
    port,
    security: security === 'none' ? 'tls' : security,
    user,
    ...(url !== undefined && { url }),
    signIn: [oauth?.provider ?? (protocol === 'jmap' && user === '' ? 'token' : 'password')],
    origins: [],
    mustConfirm: false,
  }
  return {
    ...EMPTY_ACCOUNT,
    address: account,
    again: kept,
    found: { address: account, candidates: [candidate], provider: null },
    clientId: oauth?.clientId ?? '',
    folders: folders.join('\n'),
    // What is not as it would be found.
    ...(security === 'none' && { security, port: String(port) }),
    pin: pin === undefined ? null : { server: serverOf({ host, port: String(port) }), fingerprint: pin },
  }
}

/** True where DNS alone names the server, in another domain: the person must say that it is the right one. */
export const asksForYes = ({ candidate, host }: FilledDraft): boolean => candidate?.mustConfirm === true && candidate.host === host.trim()

export const serverOf = ({ host, port }: Pick<FilledDraft, 'host' | 'port'>): string => `${host.trim()}:${port.trim()}`

/** The secret of the client is known to the app, which does not show it. */
export const knowsSecret = ({ again, clientId }: AccountDraft): boolean => again?.oauth?.clientId === clientId.trim()

/** The form to send, or what is wrong at which field, in the order of the fields. */
export function checkAccount(
  draft: AccountDraft,
): { readonly form: AccountForm } | { readonly errors: ReadonlyMap<AccountField, AccountFieldError> } {
  const filled = fill(draft)
  const { protocol, security } = filled
  const host = filled.host.trim()
  const user = filled.user.trim()
  const portText = filled.port.trim()
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : 0
  const errors = new Map<AccountField, AccountFieldError>()
  if (asksForYes(filled) && draft.agreed !== host) errors.set('agreed', 'needAgreed')
  if (filled.byBrowser) {
    if (draft.clientId.trim() === '') errors.set('clientId', 'needClientId')
    if (filled.browser === 'google' && draft.clientSecret.trim() === '' && !knowsSecret(draft))
      errors.set('clientSecret', 'needClientSecret')
  } else if (draft.password === '') errors.set('password', 'needPassword')
  if (host === '' || /[\s/@]/.test(host)) errors.set('host', 'needHost')
  if (port < 1 || port > 65_535) errors.set('port', 'needPort')
  if (security === 'none' && !isLoopback(host)) errors.set('security', 'needSafe')
  if (user === '' && protocol !== 'jmap') errors.set('user', 'needUser')
  if (errors.size > 0) return { errors }
  const folders = draft.folders
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  // A server that the person typed may be somebody else's.
  const webUrl = filled.candidate?.host === host ? filled.provider?.webUrl : undefined
  const { candidate } = filled
  const isAsFound = candidate?.host === host && candidate.port === port
  const url = protocol === 'jmap' && isAsFound ? candidate.url : undefined
  const form: AccountForm = {
    account: draft.address.trim(),
    protocol,
    host,
    port,
    security,
    user,
    password: filled.byBrowser ? '' : draft.password,
    folders,
    ...(url !== undefined && { url }),
    ...(webUrl !== undefined && { webUrl }),
    ...(filled.byBrowser &&
      filled.browser && {
        oauth: { provider: filled.browser, clientId: draft.clientId.trim(), clientSecret: draft.clientSecret.trim() },
      }),
  }
  const pinned = draft.pin?.server === serverOf(filled) ? draft.pin.fingerprint : null
  return { form: pinned === null ? form : withPin(form, pinned) }
}

/** @param fingerprint as it was shown. */
export const withPin = (form: AccountForm, fingerprint: string): AccountForm => ({
  ...form,
  pin: fingerprint.replaceAll(':', '').toLowerCase(),
})
