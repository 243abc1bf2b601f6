/** The form for a mail account: what was typed, what was found for it, and its errors. */
import { isLoopback, parsePort } from '../../../common/model/hosts.ts'
import { MAIL_PORTS } from '../../../common/model/mail-ports.ts'
import type { AccountForm, ConnectionSecurity, MailProtocol, StoredAccount } from '../../../common/protocol/account.ts'
import type { Candidate, Discovery, KnownAccount } from '../../../common/protocol/discovery.ts'
import type { FieldErrors } from './field-errors.ts'

/** What was typed. Null if nothing was: the field then follows what was found. */
export interface AccountDraft {
  readonly address: string
  /** Null until discovery has ended. */
  readonly found: Discovery | null
  /** Which of the servers that were found, from 0. */
  readonly chosen: number
  readonly password: string
  /** The user prefers the browser, although a password is accepted as well. */
  readonly byBrowser: boolean
  readonly clientId: string
  readonly clientSecret: string
  readonly protocol: MailProtocol | null
  readonly host: string | null
  readonly port: string | null
  readonly security: ConnectionSecurity | null
  readonly user: string | null
  /** One path a line. */
  readonly folders: string
  /** The server in another domain that may have the password. */
  readonly agreed: string | null
  /** The one certificate that is accepted: the server as `serverOf` gives it, and the fingerprint as shown, `AB:CD:…`. */
  readonly pin: { readonly server: string; readonly fingerprint: string } | null
  /** The inbox on the web of the stored account; null if it has none, or nothing is stored. */
  readonly webUrl: string | null
  /** The stored account that is signed in to again. */
  readonly again: StoredAccount | null
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
  webUrl: null,
  again: null,
}

export type AccountField = Exclude<keyof AccountDraft, 'address' | 'found' | 'chosen' | 'protocol' | 'pin' | 'webUrl' | 'again'>

export const SECURITIES = { tls: 'securityTls', starttls: 'securityStarttls', none: 'none' } as const

type SignIn = Candidate['signIn'][number]
const isOAuth = (method: SignIn): method is 'google' | 'microsoft' => method === 'google' || method === 'microsoft'
const isByToken = ({ signIn }: Candidate): boolean => signIn.every((method) => method === 'token')

export const isAddress = (text: string): boolean => /^[^@\s]+@[^@\s]+$/.test(text.trim())

/** What the fields show: what was typed, else what was found. */
export type FilledDraft = ReturnType<typeof fill>

export function fill({ address, found, chosen, protocol, host, port, security, user, byBrowser }: AccountDraft) {
  const candidate = found?.candidates[chosen] ?? null
  const filled = { protocol: protocol ?? candidate?.protocol ?? 'imap', security: security ?? candidate?.security ?? 'tls' }
  const isAsFound = candidate?.security === filled.security && candidate.protocol === filled.protocol
  // An access token is for the provider's own server alone.
  const isTheirs = isAsFound && (host === null || host.trim() === candidate.host)
  const browser = (isTheirs && candidate.signIn.find(isOAuth)) || null
  return {
    ...filled,
    host: host ?? candidate?.host ?? '',
    port: port ?? String(isAsFound ? candidate.port : MAIL_PORTS[filled.protocol][filled.security]),
    user: user ?? (candidate ? (isByToken(candidate) ? '' : candidate.user) : address.trim()),
    /** The chosen server; null if none was found. */
    candidate,
    provider: found?.provider ?? null,
    /** The browser sign-in that the server accepts; null if it accepts none. */
    browser,
    /** By choice, or because the server accepts nothing else. */
    byBrowser: browser !== null && (byBrowser || !takesTyped(candidate)),
    /** The desktop has signed the user in. */
    byDesktop: isTheirs && candidate.signIn.includes('desktop'),
  }
}

/** True if a password or a token opens the mailbox. */
export const takesTyped = (candidate: Candidate | null): boolean =>
  candidate?.signIn.some((method) => !isOAuth(method) && method !== 'desktop') ?? true

/** What opens the mailbox; `browser` is not typed here. */
export function secretOf({ protocol, user, candidate, byBrowser }: FilledDraft): 'password' | 'app-password' | 'token' | 'browser' {
  if (byBrowser) return 'browser'
  if (protocol === 'jmap' && user.trim() === '') return 'token'
  if (candidate === null) return 'password'
  return candidate.signIn.find((method) => !isOAuth(method)) === 'app-password' ? 'app-password' : 'password'
}

/** What a mail program knows is as if it was found: only the password, or the sign-in in the browser, is missing. */
export function draftOfKnown({ discovery, byBrowser, isPlain, folders }: KnownAccount): AccountDraft {
  const port = discovery.candidates[0]?.port
  return {
    ...EMPTY_ACCOUNT,
    address: discovery.address,
    found: discovery,
    byBrowser,
    folders: folders.join('\n'),
    // Discovery never finds a server without encryption.
    ...(isPlain && port !== undefined && { security: 'none', port: String(port) }),
  }
}

/** As if nothing was found: the user names the server. */
export const byHand = (address: string): AccountDraft => ({
  ...EMPTY_ACCOUNT,
  address,
  found: { address: address.trim(), candidates: [], provider: null },
  host: '',
})

/** As if the stored account was found: only the password, or the sign-in in the browser, is missing. */
export function toSignInAgain(stored: StoredAccount): AccountDraft {
  const { account, protocol, host, port, security, user, folders, pin, url, webUrl = null, oauth, desktop } = stored
  const candidate: Candidate = {
    protocol,
    host,
    port,
    security: security === 'none' ? 'tls' : security,
    user,
    ...(url !== undefined && { url }),
    signIn: [desktop ? 'desktop' : (oauth?.provider ?? (protocol === 'jmap' && user === '' ? 'token' : 'password'))],
    origins: [],
    mustConfirm: false,
  }
  return {
    ...EMPTY_ACCOUNT,
    address: account,
    again: stored,
    found: { address: account, candidates: [candidate], provider: null },
    clientId: oauth?.clientId ?? '',
    folders: folders.join('\n'),
    webUrl,
    // Discovery never finds a server without encryption.
    ...(security === 'none' && { security, port: String(port) }),
    pin: pin === undefined ? null : { server: serverOf({ host, port: String(port) }), fingerprint: pin },
  }
}

/** As if the account of a try was found: what was typed is gone, and the secrets with it. */
export const draftOfTry = (stored: StoredAccount): AccountDraft => ({ ...toSignInAgain(stored), again: null })

/** True if DNS alone names the server, in another domain: the user has to confirm it. */
export const needsConfirmation = ({ candidate, host }: FilledDraft): boolean =>
  candidate?.mustConfirm === true && candidate.host === host.trim()

export const serverOf = ({ host, port }: Pick<FilledDraft, 'host' | 'port'>): string => `${host.trim()}:${port.trim()}`

/** The app has the secret of the client, and does not show it. */
export const knowsSecret = ({ again, clientId }: AccountDraft): boolean => again?.oauth?.clientId === clientId.trim()

/** The form to send if no field has an error. */
export function checkAccount(draft: AccountDraft) {
  const filled = fill(draft)
  const { protocol, security, candidate, browser, byBrowser, byDesktop } = filled
  const host = filled.host.trim()
  const user = filled.user.trim()
  const port = parsePort(filled.port.trim(), 1)
  const clientId = draft.clientId.trim()
  const clientSecret = draft.clientSecret.trim()
  const errors: FieldErrors<AccountField> = {
    agreed: needsConfirmation(filled) && draft.agreed !== host && 'needAgreed',
    byBrowser: false,
    clientId: byBrowser && clientId === '' && 'needClientId',
    clientSecret: byBrowser && browser === 'google' && clientSecret === '' && !knowsSecret(draft) && 'needClientSecret',
    password: !byBrowser && !byDesktop && draft.password === '' && 'needPassword',
    host: (host === '' || /[\s/@]/.test(host)) && 'needHost',
    port: port === null && 'needPort',
    security: security === 'none' && !isLoopback(host) && 'needSafe',
    user: user === '' && protocol !== 'jmap' && 'needUser',
    folders: false,
  }
  // A server that the user typed may belong to another provider.
  const webUrl = candidate?.host === host ? (filled.provider?.webUrl ?? draft.webUrl) : null
  const url = protocol === 'jmap' && candidate?.host === host && candidate.port === port ? candidate.url : undefined
  const form: AccountForm = {
    account: draft.address.trim(),
    protocol,
    host,
    port: port ?? 0,
    security,
    user,
    password: byBrowser || byDesktop ? '' : draft.password,
    folders: draft.folders.match(/\S(?:.*\S)?/g) ?? [],
    ...(url !== undefined && { url }),
    ...(webUrl !== null && { webUrl }),
    ...(byDesktop && { desktop: true }),
    ...(byBrowser && browser && { oauth: { provider: browser, clientId, clientSecret } }),
  }
  return { form: draft.pin?.server === serverOf(filled) ? withPin(form, draft.pin.fingerprint) : form, errors }
}

/** @param fingerprint as shown, `AB:CD:…` */
export const withPin = (form: AccountForm, fingerprint: string): AccountForm => ({
  ...form,
  pin: fingerprint.replaceAll(':', '').toLowerCase(),
})
