/**
 * The bridge contract between the window and whoever feeds it: Electron's main process over IPC, or the client in
 * the browser page. The window gets its whole state each time, and asks for things by name; it holds no secret.
 *
 * Imports types only: nothing of this file but the channel names exists at run time.
 */
import type { LinkState } from './link.ts'
import type { CertificateView, Discovery, MailProtocol, TryStep } from './discovery.ts'
import type { Account, DemoAction, MessageAction } from './wire.ts'
import type { DesktopSettings, Scope } from './settings.ts'

export type { DesktopSettings, Mute, QuietHours, Scope } from './settings.ts'

export type { Candidate, CertificateProblem, CertificateView, Discovery, MailProtocol, ProviderInfo, TryStep } from './discovery.ts'

export type Language = 'en' | 'ko'
export type Theme = 'system' | 'light' | 'dark'

/** What a person can choose; kept by the desktop app, or in the browser's storage. */
export interface SharedSettings {
  readonly language: Language | 'system'
  readonly theme: Theme
  readonly notifications: boolean
  /** What a notification says of a mail: sender and subject, only whose mailbox it came to, or only that there is one. */
  readonly notificationText: 'mail' | 'account' | 'nothing'
}

/** One server that is polled: the bundled one (`local`), or a remote one. */
export interface ServerView {
  readonly id: string
  readonly kind: 'local' | 'remote'
  /** Host and port of a remote server, for showing; null for the bundled one. */
  readonly label: string | null
  readonly link: LinkState
  /** Null until the first answer. Numbers are fresh only while `link.phase` is `live` and `status` is `ok`. */
  readonly accounts: readonly Account[] | null
  /** The embedded demo mailbox is its source: the window shows its two buttons. */
  readonly demo: boolean
}

/** Something to be told plainly in the window until it is dismissed. */
export type Notice =
  | { readonly id: 'no-keyring' }
  | { readonly id: 'settings-corrupt'; readonly backupPath: string }
  | { readonly id: 'secrets-unreadable'; readonly accounts: readonly string[] }
  | { readonly id: 'server-down'; readonly detail: string }
  /** Parts that crashed in this run, and were made anew. */
  | { readonly id: 'crashed'; readonly parts: readonly CrashedPart[] }
  /** The desktop shows no tray icons; told at the first start. */
  | { readonly id: 'no-tray'; readonly gnome: boolean }
  /** Somebody else has the shortcut that was chosen. */
  | { readonly id: 'shortcut-taken'; readonly shortcut: string }

export type CrashedPart = 'server' | 'window' | 'graphics'

export interface WindowState {
  readonly servers: readonly ServerView[]
  readonly sharedSettings: SharedSettings
  /** The language that `system` comes to. */
  readonly language: Language
  readonly notices: readonly Notice[]
  readonly version: string
  /** What only the desktop app has; null in the page of a browser. */
  readonly desktop: DesktopState | null
}

/** Who keeps passwords and tokens: `memory` forgets them when the app ends. */
export interface SecretsView {
  readonly storage: 'keyring' | 'passphrase' | 'memory'
  /** The passphrase was not typed in this run yet. */
  readonly locked: boolean
  /** The person has said that memory will do. */
  readonly memoryAccepted: boolean
}

export type UpdateState =
  /** This copy is not updated from here: it was not installed, or nobody publishes updates for it. */
  | { readonly phase: 'off' }
  /** `checkedAtMs` in epoch milliseconds; null where nobody has looked yet. */
  | { readonly phase: 'none'; readonly checkedAtMs: number | null }
  | { readonly phase: 'checking' }
  /** The system's package manager or the person installs it. */
  | { readonly phase: 'available'; readonly version: string }
  | { readonly phase: 'downloading'; readonly version: string; readonly percent: number }
  | { readonly phase: 'ready'; readonly version: string }
  /** Told only where the person has asked. */
  | { readonly phase: 'failed'; readonly detail: string }

export type DesktopWindowState = WindowState & { readonly desktop: DesktopState }

/** As Node's `process.platform`. */
export type Platform = 'aix' | 'android' | 'cygwin' | 'darwin' | 'freebsd' | 'haiku' | 'linux' | 'netbsd' | 'openbsd' | 'sunos' | 'win32'

export interface DesktopState {
  readonly platform: Platform
  readonly settings: DesktopSettings
  /** The number that is shown, where it is not simply all that is unread: by what the person has chosen to count. */
  readonly counted: number | null
  /** Main wants this view to be shown; `turn` grows with each wish. */
  readonly navigation: { readonly view: 'home' | 'settings'; readonly requestId: number }
  /** Mail accounts that this app keeps, by id. */
  readonly managedAccounts: readonly string[]
  /** Those of them whose password is not known: they wait for a sign-in, or for the passphrase. */
  readonly unavailable: readonly string[]
  readonly secrets: SecretsView
  readonly update: UpdateState
  /** Waits for a person's yes or no. */
  readonly invitation: Invitation | null
  /** Nobody has been through the first page yet. */
  readonly firstRun: boolean
  /** The step of the try that is under way. */
  readonly tryStep: TryStep | null
}

/** A server that a link invites to; its token stays where it came in. */
export interface Invitation {
  readonly url: string
  /** With its port, for showing. */
  readonly host: string
}

/** Null is all accounts. */
export type ReadAllForm = { readonly server: string; readonly account: string } | null

export interface MuteForm {
  /** Null is everything. */
  readonly scope: Scope | null
  /** `tomorrow` is the next morning; `off` ends what is muted of this scope. */
  readonly until: 'hour' | 'tomorrow' | 'always' | 'off'
}

export type ConnectionSecurity = 'tls' | 'starttls' | 'none'

/** A client that the person has registered, for signing in with the browser. */
export interface OAuthClient {
  readonly provider: 'google' | 'microsoft'
  readonly clientId: string
  /** Empty where the provider wants none. */
  readonly clientSecret: string
}

export interface AccountForm {
  readonly account: string
  readonly protocol: MailProtocol
  readonly host: string
  /** 1 to 65535. */
  readonly port: number
  readonly security: ConnectionSecurity
  /** Empty for JMAP by a token, which then stands as the password. */
  readonly user: string
  readonly password: string
  /** Paths; empty means INBOX. */
  readonly folders: readonly string[]
  /** SHA-256 of the one certificate that is accepted, as 64 small hexadecimal digits. */
  readonly pin?: string
  /** The session resource of JMAP, where it is known. */
  readonly url?: string
  /** The inbox on the web, https. */
  readonly webUrl?: string
  /** Instead of the password, which is empty then. */
  readonly oauth?: OAuthClient
}

/** A mail account without its secrets. */
export interface StoredAccount extends Omit<AccountForm, 'password' | 'oauth'> {
  readonly oauth?: Pick<OAuthClient, 'provider' | 'clientId'>
}

export interface RemoteServerForm {
  readonly url: string
  readonly token: string
}

interface PassphraseForm {
  readonly passphrase: string
  /** The one that it replaces; empty where there is none. */
  readonly current: string
}

/** Which mail of which account, and what to do with it. */
export interface MessageRequest {
  readonly account: string
  /** The `id` of one of its `latest`. */
  readonly message: string
  readonly action: MessageAction
}

export type MessageErrorCode =
  | 'gone'
  | 'cannot-act'
  | 'mail-refused'
  | 'mail-unreachable'
  | 'mail-timeout'
  | 'busy'
  | 'unauthorized'
  | 'unavailable'
/** What to do with which mail; `server` is the `id` of the one that told it. */
export interface ServerMessageRequest extends MessageRequest {
  readonly server: string
}
export type MessageRef = Omit<ServerMessageRequest, 'action'>

/** How a request of the window ended. `code` has words in each language; `detail` is what the other side said. */
export type Outcome =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly code: OutcomeCode
      readonly field?: string
      readonly detail?: string
      /** Which step of trying an account failed. */
      readonly step?: TryStep
      /** What the mail server shows, where it is not accepted. */
      readonly certificate?: CertificateView
    }
/** What was found for an address, or why nobody could look. */
export type FindOutcome = { readonly ok: true; readonly discovery: Discovery } | Extract<Outcome, { ok: false }>
/** `saved` is false where the person chose no file. */
type ExportOutcome = { readonly ok: true; readonly saved: boolean } | Extract<Outcome, { ok: false }>
/** What is kept of an account, for signing in to it again. */
type AccountOutcome = { readonly ok: true; readonly account: StoredAccount } | Extract<Outcome, { ok: false }>
/** What came in, or why nothing did; null where the person chose no file. */
export type ImportOutcome = { readonly ok: true; readonly imported: Imported | null } | Extract<Outcome, { ok: false }>
export interface Imported {
  /** Each needs its sign-in or its token. */
  readonly accounts: readonly string[]
  readonly servers: readonly string[]
  /** It held a command for opening mails, which a file from elsewhere may not bring. */
  readonly commandSkipped: boolean
}
/** Files, folders and lists of the system that this app has written to. */
type AppFilesOutcome = { readonly ok: true; readonly files: readonly string[] } | Extract<Outcome, { ok: false }>
export type OutcomeCode =
  | 'invalid'
  | 'exists'
  | 'auth'
  | 'network'
  | 'tls'
  | 'rate'
  | 'protocol'
  | 'config'
  | 'not-mailbell'
  | 'unauthorized'
  | 'unavailable'
  | 'cancelled'
  | 'locked'
  | 'wrong-passphrase'
  | 'shortcut-taken'
  | 'bad-file'
  | 'newer-file'
  | 'not-opened'
  | MessageErrorCode

/** What every window may ask for. Every call answers; none rejects for what a person can mend. */
export interface PageRequests {
  checkNow(): Promise<Outcome>
  connectServer(form: RemoteServerForm): Promise<Outcome>
  disconnectServer(id: string): Promise<Outcome>
  changeDemo(action: DemoAction): Promise<Outcome>
  /** Answered once the mail server has said yes. */
  actOnMessage(request: ServerMessageRequest): Promise<Outcome>
  updateSharedSettings(change: Partial<SharedSettings>): Promise<Outcome>
  /** Every unread mail in the folders that are counted, of one account or of all. Answered once the mail servers have said yes. */
  markAllRead(of: ReadAllForm): Promise<Outcome>
}

/** What only the window of the desktop app may ask for. */
export interface DesktopRequests {
  /** Looks for the mailbox of an address; may take some seconds. */
  findMailbox(address: string): Promise<FindOutcome>
  /** Opens in the system's browser one of the links that came with what was found last, or with the accounts and mails that are shown. */
  openLink(url: string): Promise<Outcome>
  /** Opens one of the mails that are shown where the person wants to read it: on the web, in their mail program, by their command. */
  openMessage(mail: MessageRef): Promise<Outcome>
  /** Tries the login first, and keeps the account only if it works. */
  addAccount(form: AccountForm): Promise<Outcome>
  readAccount(account: string): Promise<AccountOutcome>
  /**
   * Tries the login of an account that is kept, and puts it in the place of what was kept. The secret of a client may be
   * left empty: then the one that is known stays.
   */
  signInAgain(form: AccountForm): Promise<Outcome>
  /** Ends the wait for a person who signs in with the browser. */
  cancelSignIn(): Promise<Outcome>
  removeAccount(account: string): Promise<Outcome>
  /** Holds at once, and from then on. */
  updateDesktopSettings(change: Partial<DesktopSettings>): Promise<Outcome>
  mute(form: MuteForm): Promise<Outcome>
  /** For the passphrase that secrets are sealed by: typed, set or changed, taken away, or given up with what it sealed. */
  unlock(passphrase: string): Promise<Outcome>
  setPassphrase(form: PassphraseForm): Promise<Outcome>
  removePassphrase(): Promise<Outcome>
  resetSecrets(): Promise<Outcome>
  /** Without a keyring: secrets are kept until the app ends, and nobody is asked again. */
  acceptMemoryStorage(): Promise<Outcome>
  exportSettings(): Promise<ExportOutcome>
  importSettings(): Promise<ImportOutcome>
  /** A notification as they come, with its sound. */
  showTestNotification(): Promise<Outcome>
  openLog(): Promise<Outcome>
  copyDiagnostics(): Promise<Outcome>
  checkForUpdate(): Promise<Outcome>
  /** Ends the app, and starts the new one. */
  installUpdate(): Promise<Outcome>
  openDownloads(): Promise<Outcome>
  finishFirstRun(): Promise<Outcome>
  listAppFiles(): Promise<AppFilesOutcome>
  /** Deletes what `listAppFiles` names, and ends the app. */
  removeAppData(): Promise<Outcome>
  dismissNotice(id: Notice['id']): Promise<Outcome>
  /** Connects to the server of the invitation, which is gone then if that worked. */
  acceptInvitation(): Promise<Outcome>
  declineInvitation(): Promise<Outcome>
  /** Whether something is typed in the window that would be lost with it. */
  setHasDraft(isTyped: boolean): Promise<Outcome>
  hide(): Promise<Outcome>
}

export type Requests = PageRequests & DesktopRequests

/** The name of each request's channel follows from its own; a request that is missing here does not compile. */
export const REQUEST_CHANNELS = {
  checkNow: 'mailbell:checkNow',
  connectServer: 'mailbell:connectServer',
  disconnectServer: 'mailbell:disconnectServer',
  changeDemo: 'mailbell:changeDemo',
  actOnMessage: 'mailbell:actOnMessage',
  updateSharedSettings: 'mailbell:updateSharedSettings',
  markAllRead: 'mailbell:markAllRead',
  findMailbox: 'mailbell:findMailbox',
  openLink: 'mailbell:openLink',
  openMessage: 'mailbell:openMessage',
  addAccount: 'mailbell:addAccount',
  readAccount: 'mailbell:readAccount',
  signInAgain: 'mailbell:signInAgain',
  cancelSignIn: 'mailbell:cancelSignIn',
  removeAccount: 'mailbell:removeAccount',
  updateDesktopSettings: 'mailbell:updateDesktopSettings',
  mute: 'mailbell:mute',
  unlock: 'mailbell:unlock',
  setPassphrase: 'mailbell:setPassphrase',
  removePassphrase: 'mailbell:removePassphrase',
  resetSecrets: 'mailbell:resetSecrets',
  acceptMemoryStorage: 'mailbell:acceptMemoryStorage',
  exportSettings: 'mailbell:exportSettings',
  importSettings: 'mailbell:importSettings',
  showTestNotification: 'mailbell:showTestNotification',
  openLog: 'mailbell:openLog',
  copyDiagnostics: 'mailbell:copyDiagnostics',
  checkForUpdate: 'mailbell:checkForUpdate',
  installUpdate: 'mailbell:installUpdate',
  openDownloads: 'mailbell:openDownloads',
  finishFirstRun: 'mailbell:finishFirstRun',
  listAppFiles: 'mailbell:listAppFiles',
  removeAppData: 'mailbell:removeAppData',
  dismissNotice: 'mailbell:dismissNotice',
  acceptInvitation: 'mailbell:acceptInvitation',
  declineInvitation: 'mailbell:declineInvitation',
  setHasDraft: 'mailbell:setHasDraft',
  hide: 'mailbell:hide',
} as const satisfies { readonly [Name in keyof Requests]: `mailbell:${Name}` }

/** Main → window: the whole state, after every change. */
export const STATE_CHANNEL = 'mailbell:state'
/** Window → main, answered with the present state. */
export const READ_STATE_CHANNEL = 'mailbell:read-state'

/** What the preload puts on `window.mailbell`, and what the browser page makes for itself. */
export interface Bridge extends PageRequests {
  /** Null in the page of a browser. */
  readonly desktop: DesktopRequests | null
  readState(): Promise<WindowState>
  /** Calls `listener` after every change of the state; returns what ends that. */
  onState(listener: (state: WindowState) => void): () => void
}
