/**
 * The bridge between the window and main (over IPC), or the client in the browser page: one table of the requests, from
 * which types, channels, registration and validation follow. A new request is one line here, one in main/preload.cts,
 * and its implementation in main/.
 */
import { z } from 'zod'
import { isToken } from './credentials.ts'
import { AccountForm, LabelForm, ShortText, type StoredAccount } from './account.ts'
import type { Discovery, KnownAccount } from './discovery.ts'
import type { Immutable } from './immutable.ts'
import type { Outcome } from './outcome.ts'
import { DesktopSettingsChange, MuteUntil, ReaderSettingsChange, Scope, SharedSettingsChange } from './settings.ts'
import { NoticeId, type WindowState } from './window-state.ts'
import { AccountId, DemoAction, type History, LIMITS, MessageAction } from './wire.ts'

const Nothing = z.undefined()
/** A token, or a one-time code that the server exchanges for one. */
const RemoteServerForm = z.union([
  z.strictObject({ url: ShortText, token: ShortText.refine(isToken) }),
  z.strictObject({ url: ShortText, code: ShortText }),
])
/** `message` is the `id` of one of the account's `latest`; `server` the `id` of the server that reported it. */
const MessageRef = z.strictObject({ server: ShortText, account: AccountId, message: z.string().min(1).max(LIMITS.textLength) })
const ServerMessageRequest = MessageRef.extend({ action: MessageAction })
/** Null is all accounts. */
const ReadAllForm = MessageRef.omit({ message: true }).nullable()
/** The scope null is everything. */
const MuteForm = z.strictObject({ scope: Scope.nullable(), until: MuteUntil })
const Passphrase = z.string().min(1).max(1000)
/** `current` is the one that is replaced; empty if there is none. */
const PassphraseForm = z.strictObject({ passphrase: Passphrase.min(8), current: z.string().max(1000) })

export interface Imported {
  /** Each needs its sign-in or its token. */
  readonly accounts: readonly string[]
  readonly servers: readonly string[]
  /** The file had a command for opening messages, which a file from elsewhere may not bring. */
  readonly commandSkipped: boolean
}

/** The further fields of a successful answer; only compiled, because main's answers are not validated at run time. */
const result = <Value>(): { readonly type?: Value } => ({})

/** What every window may request. Each request is answered; none rejects for an error that the user can correct. */
export const PAGE_REQUESTS = {
  checkNow: { payload: Nothing },
  connectServer: { payload: RemoteServerForm },
  disconnectServer: { payload: ShortText },
  changeDemo: { payload: DemoAction },
  /** Answered once the mail server has confirmed it. */
  actOnMessage: { payload: ServerMessageRequest },
  updateSharedSettings: { payload: SharedSettingsChange },
  updateReaderSettings: { payload: ReaderSettingsChange },
  mute: { payload: MuteForm },
  /** Every unread message in the counted folders, of one account or of all. Answered once the mail servers have confirmed it. */
  markAllRead: { payload: ReadAllForm },
  /** Of all servers that are connected together; null where one of them has none. */
  readHistory: { payload: Nothing, result: result<{ readonly history: History | null }>() },
}

/** What a window with `manage` in its state may request: the desktop app, and a page whose token has the scope `manage`. */
export const MANAGE_REQUESTS = {
  /** Searches for the mailbox of an address; may take some seconds. */
  findMailbox: { payload: ShortText, result: result<{ readonly discovery: Discovery }>() },
  /** Tries the login first, and stores the account only if it works. */
  addAccount: { payload: AccountForm },
  readAccount: { payload: AccountId, result: result<{ readonly account: StoredAccount }>() },
  /**
   * Tries the login of a stored account, and replaces what is stored. The client's secret may be left empty: then the
   * known one stays.
   */
  signInAgain: { payload: AccountForm },
  /** Stops waiting for the user to sign in with the browser. */
  cancelSignIn: { payload: Nothing },
  renameAccount: { payload: LabelForm },
  removeAccount: { payload: AccountId },
  /** One of `manage.accounts`: answered once its mail server was counted again, or has failed. */
  retryAccount: { payload: AccountId },
}

/** What only the window of the desktop app may request. */
export const DESKTOP_REQUESTS = {
  /** The accounts of mail programs on this machine. */
  readKnownAccounts: { payload: Nothing, result: result<{ readonly known: readonly KnownAccount[] }>() },
  /** Opens in the system's browser one of the URLs of the last `findMailbox`, of `readKnownAccounts`, or of the accounts and messages shown. */
  openUrl: { payload: z.string().min(1).max(LIMITS.urlBytes) },
  /** Opens one of the messages shown as the settings say: on the web, in the mail program, or with a command. */
  openMessage: { payload: MessageRef },
  /** Takes effect at once, and is stored. */
  updateDesktopSettings: { payload: DesktopSettingsChange },
  unlock: { payload: Passphrase },
  setPassphrase: { payload: PassphraseForm },
  removePassphrase: { payload: Nothing },
  /** For a forgotten passphrase: deletes what it seals. */
  resetSecrets: { payload: Nothing },
  /** Without a keyring: secrets last until the app ends, and the window does not ask again. */
  acceptMemoryStorage: { payload: Nothing },
  /** `saved` is false if the user chose no file. */
  exportSettings: { payload: Nothing, result: result<{ readonly saved: boolean }>() },
  /** `imported` is null if the user chose no file. */
  importSettings: { payload: Nothing, result: result<{ readonly imported: Imported | null }>() },
  /** With its sound. */
  showTestNotification: { payload: Nothing },
  openLog: { payload: Nothing },
  copyDiagnostics: { payload: Nothing },
  checkForUpdate: { payload: Nothing },
  /** Ends the app, and starts the new one. */
  installUpdate: { payload: Nothing },
  openDownloads: { payload: Nothing },
  finishFirstRun: { payload: Nothing },
  /** Files, folders and entries in lists of the system that this app has written. */
  listAppFiles: { payload: Nothing, result: result<{ readonly files: readonly string[] }>() },
  /** Deletes what `listAppFiles` names, and ends the app. */
  removeAppData: { payload: Nothing },
  dismissNotice: { payload: NoticeId },
  /** Connects to the server of the invitation, and drops the invitation if that worked. */
  acceptInvitation: { payload: Nothing },
  declineInvitation: { payload: Nothing },
  /** Whether the window holds typed text that closing it would lose. */
  setHasDraft: { payload: z.boolean() },
  hide: { payload: Nothing },
  quit: { payload: Nothing },
}

export const REQUESTS = { ...PAGE_REQUESTS, ...MANAGE_REQUESTS, ...DESKTOP_REQUESTS }

type Payload<Schema> = Schema extends z.ZodType<infer Value> ? Immutable<Value> : never
type Result<Spec> = Spec extends { readonly result: { readonly type?: infer Value } } ? Value : unknown
type Request<Spec extends { readonly payload: z.ZodType }> = (
  ...payload: Spec['payload'] extends z.ZodUndefined ? [] : [payload: Payload<Spec['payload']>]
) => Promise<Outcome<Result<Spec>>>

export type PageRequests = { readonly [Name in keyof typeof PAGE_REQUESTS]: Request<(typeof PAGE_REQUESTS)[Name]> }
export type ManageRequests = { readonly [Name in keyof typeof MANAGE_REQUESTS]: Request<(typeof MANAGE_REQUESTS)[Name]> }
export type DesktopRequests = { readonly [Name in keyof typeof DESKTOP_REQUESTS]: Request<(typeof DESKTOP_REQUESTS)[Name]> }
export type Requests = PageRequests & ManageRequests & DesktopRequests
export type RequestName = keyof Requests

/** How main carries out each request; one that returns nothing has succeeded. */
export type RequestHandlers = {
  readonly [Name in RequestName]: (...payload: Parameters<Requests[Name]>) => Handled<Awaited<ReturnType<Requests[Name]>>>
}
type Handled<Answer> = Promise<Answer> | (Outcome extends Answer ? Promise<Answer | void> | void : never)

export type RemoteServerForm = Payload<typeof RemoteServerForm>
export type ServerMessageRequest = Payload<typeof ServerMessageRequest>
export type MessageRequest = Omit<ServerMessageRequest, 'server'>
export type MessageRef = Payload<typeof MessageRef>
export type ReadAllForm = Payload<typeof ReadAllForm>
export type MuteForm = Payload<typeof MuteForm>
export type FindOutcome = Awaited<ReturnType<ManageRequests['findMailbox']>>
export type ImportOutcome = Awaited<ReturnType<DesktopRequests['importSettings']>>

/** Names every request of `All`, and nothing else. */
export type RequestList<All> = { readonly [Name in keyof All]: true }

export type RequestChannel = `mailbell:${RequestName}`
export const channelOf = (name: RequestName): RequestChannel => `mailbell:${name}`
/** Main → window: the whole state, after every change. */
export const STATE_CHANNEL = 'mailbell:state'
/** Window → main, answered with the current state. */
export const READ_STATE_CHANNEL = 'mailbell:read-state'

/** About a link that signs the page in. */
export interface SignInLinkRequests {
  /** Uses the link's token from now on, instead of the stored one. */
  replaceToken(): Promise<Outcome>
  /** Drops the link; the stored token stays. */
  dismissLink(): Promise<Outcome>
  retryLink(): Promise<Outcome>
}

/** What only the page in a browser may request. */
export interface BrowserRequests extends SignInLinkRequests {
  /** Brings the address at which the browser ended, after the sign-in of an account, to a server on another machine. */
  sendRedirectAddress(address: string): Promise<Outcome>
  /** Follows the `openTry` of the state to its end. */
  resumeTry(): Promise<Outcome>
}

/** The preload sets it as `window.mailbell`; the browser page creates its own. */
export interface Bridge extends PageRequests, ManageRequests {
  /** Null in a browser. */
  readonly desktop: DesktopRequests | null
  /** Null in the desktop app. */
  readonly page: BrowserRequests | null
  readState(): Promise<WindowState>
  /** Calls `listener` after every change of the state; returns a function that ends that. */
  onState(listener: (state: WindowState) => void): () => void
}
