/** What the window shows: main sends it whole after every change. It holds no secret. */
import { z } from 'zod'
import type { StoredAccount } from './account.ts'
import type { SignInPrompt, TryStep } from './discovery.ts'
import type { Immutable } from './immutable.ts'
import type { LinkState } from './link.ts'
import type { RequestError } from './outcome.ts'
import type { DesktopSettings, Language, ReaderSettings, SharedSettings } from './settings.ts'
import type { Account } from './wire.ts'

/** One server that is polled: the bundled one (`local`), or a remote one. */
export interface ServerView {
  readonly id: string
  readonly kind: 'local' | 'remote'
  /** Host and port of a remote server, for display; null for the bundled one. */
  readonly label: string | null
  readonly link: LinkState
  /** Null until the first answer. Numbers are fresh only while `link.phase` is `live` and `status` is `ok`. */
  readonly accounts: readonly Account[] | null
  /** Those of its accounts that are in the embedded demo mailbox: the window shows two buttons for them. */
  readonly demo: readonly string[]
}

const CrashedPart = z.enum(['server', 'window', 'graphics'])
export type CrashedPart = z.infer<typeof CrashedPart>

/** Shown in the window until it is dismissed. */
const Notice = z.discriminatedUnion('id', [
  z.object({ id: z.literal('no-keyring') }),
  /** It has not answered: the user may have to unlock it. */
  z.object({ id: z.literal('keyring-waits') }),
  z.object({ id: z.literal('settings-corrupt'), backupPath: z.string() }),
  z.object({ id: z.literal('secrets-unreadable'), accounts: z.array(z.string()) }),
  z.object({ id: z.literal('server-down'), detail: z.string() }),
  /** Parts that crashed in this run and were restarted. */
  z.object({ id: z.literal('crashed'), parts: z.array(CrashedPart) }),
  /** The desktop shows no tray icons; reported at the first start. */
  z.object({ id: z.literal('no-tray'), gnome: z.boolean() }),
  /** Another program has the configured shortcut. */
  z.object({ id: z.literal('shortcut-taken'), shortcut: z.string() }),
])
export type Notice = Immutable<z.infer<typeof Notice>>

export const NoticeId = z.literal(Notice.options.map(({ shape }) => shape.id.value))

/** The checks that were requested: by the window, the tray or the command. */
export interface CheckView {
  readonly isRunning: boolean
  /** Epoch milliseconds of the last one that succeeded; null if none has. */
  readonly endedAtMs: number | null
}

export interface WindowState {
  readonly servers: readonly ServerView[]
  readonly sharedSettings: SharedSettings
  readonly readerSettings: ReaderSettings
  /** The number that is shown, if the settings count less than all that is unread; else null. */
  readonly counted: number | null
  /** What the language `system` resolves to. */
  readonly language: Language
  readonly notices: readonly Notice[]
  readonly check: CheckView
  readonly version: string
  /** Null for a page that may not manage accounts. */
  readonly manage: ManageView | null
  /** The link that the page was opened with, until it is settled; only in a browser. */
  readonly signInLink?: SignInLinkView | null
  /** In a browser that is signed out: whether a sign-in outlives this page. */
  readonly storesSignIn?: boolean
  /** What only the desktop app has; null in a browser. */
  readonly desktop: DesktopState | null
}

export type DesktopWindowState = WindowState & { readonly desktop: DesktopState; readonly manage: ManageView }

/** Returns the window's HTML for a state. */
export type RenderWindow = (state: DesktopWindowState) => string

/** What can be changed about the accounts of the one local server. */
export interface ManageView {
  /** Ids of the mail accounts that can be signed in to again and removed. */
  readonly accounts: readonly string[]
  /** The file on the server that holds them; null for the desktop app, which stores them itself. */
  readonly file: string | null
  /** The step of the account try in progress. */
  readonly tryStep: TryStep | null
  /** How the user signs in for the try in progress; null if nothing waits for that, or the browser opened by itself. */
  readonly signIn: SignInPrompt | null
  /** What the page tried before it was loaded again, until it follows that; only in a browser. */
  readonly openTry?: { readonly account: StoredAccount; readonly again: boolean } | null
  /** Why accounts cannot be changed just now, although the token allows it. */
  readonly problem: RequestError | null
}

export interface DesktopState {
  readonly platform: Platform
  /** Of the system, BCP 47, the most preferred first. */
  readonly languages: readonly string[]
  /** No panel is known to show the tray icon, so its menu may be out of reach. */
  readonly isTrayMissing: boolean
  readonly settings: DesktopSettings
  /** The view that main wants shown; `requestId` grows with each request. */
  readonly navigation: { readonly view: 'home' | 'settings'; readonly requestId: number }
  /** Those of the stored accounts whose password is not known: they wait for a sign-in, or for the passphrase. */
  readonly unavailable: readonly string[]
  readonly secrets: SecretsView
  readonly update: UpdateState
  /** Waits for the user to accept or decline. */
  readonly invitation: Invitation | null
  /** The welcome page was not finished yet. */
  readonly firstRun: boolean
}

/** A link that signs the page in. The names are those of tokens in the server's config, null if unknown. */
export type SignInLinkView =
  | { readonly kind: 'checking' }
  /** The server accepts it, and the stored token as well. */
  | { readonly kind: 'question'; readonly current: string | null; readonly next: string | null }
  | { readonly kind: 'failed'; readonly error: RequestError; readonly canRetry: boolean }

/** As Node's `process.platform`. */
type Platform = 'aix' | 'android' | 'cygwin' | 'darwin' | 'freebsd' | 'haiku' | 'linux' | 'netbsd' | 'openbsd' | 'sunos' | 'win32'

/** Where passwords and tokens are stored: `memory` loses them when the app ends. */
export interface SecretsView {
  readonly storage: 'keyring' | 'passphrase' | 'memory'
  /** The passphrase was not entered in this run yet. */
  readonly locked: boolean
  /** The user has agreed to `memory`. */
  readonly memoryAccepted: boolean
}

export type UpdateState =
  /** This copy does not update itself: it was not installed, or no updates are published for it. */
  | { readonly phase: 'off' }
  /** `checkedAtMs` in epoch milliseconds; null before the first check. */
  | { readonly phase: 'none'; readonly checkedAtMs: number | null }
  | { readonly phase: 'checking' }
  /** The system's package manager or the user installs it. */
  | { readonly phase: 'available'; readonly version: string }
  | { readonly phase: 'downloading'; readonly version: string; readonly percent: number }
  | { readonly phase: 'ready'; readonly version: string }
  /** Reported only after a check that the user requested. */
  | { readonly phase: 'failed'; readonly detail: string }

/** A server that a link invites to; its token stays in main. */
export interface Invitation {
  readonly url: string
  /** With its port, for display. */
  readonly host: string
}
