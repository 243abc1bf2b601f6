/**
 * What the desktop's main process and the server in its utilityProcess say to each other: the only way by which the
 * address, the run's token and the accounts' secrets are handed over (never argv, environment or disk).
 */
import type { WorkerAccount } from './account.ts'
import type { Discovery, TryStep, TryError } from './discovery.ts'

/** What a sign-in or a renewal has brought; `tokens` is a text that says nothing to whoever keeps it. */
export interface AccountTokens {
  readonly account: string
  readonly clientId: string
  readonly tokens: string
}

/** Why an account that was tried cannot be counted; without a step where nobody got as far as the mail server. */
export type WorkerTryError = Omit<TryError, 'step'> & {
  readonly step?: TryStep
  /** Nobody waits any more for the sign-in in the browser. */
  readonly cancelled?: true
}

/** What the server is to count: these accounts, and the demo mailbox where nothing is configured. */
export interface WorkerSources {
  readonly accounts: readonly WorkerAccount[]
  readonly demo: boolean
}

/** Main → server. The first message is `start`. */
export type WorkerCommand =
  | { readonly type: 'start'; readonly token: string; readonly sources: WorkerSources }
  | { readonly type: 'set-sources'; readonly sources: WorkerSources }
  /** Looks for the mailbox of an address, and answers `found` with the same `id`. */
  | { readonly type: 'find-mailbox'; readonly id: number; readonly address: string }
  /**
   * Tries one login, and answers `trying` for each step and then `tried`, with the same `id`. Where somebody has to sign
   * in with the browser first, `open` comes before.
   */
  | { readonly type: 'try-account'; readonly id: number; readonly account: WorkerAccount }
  /** Nobody waits any more for the sign-in in a try: it ends, and is answered. */
  | { readonly type: 'cancel'; readonly id: number }
  /** The tokens of `keep` are kept safely, or cannot be. */
  | { readonly type: 'kept'; readonly keep: number; readonly isKept: boolean }
  /** Every source looks now. */
  | { readonly type: 'kick' }
  /** By which proxies mail servers are reached, `http://…` or `socks5://…` by `host:port`; the others directly. */
  | { readonly type: 'proxies'; readonly proxies: Readonly<Record<string, string>> }
  /** The machine goes to sleep: every connection is dropped at once, until a poke or a kick. */
  | { readonly type: 'suspend' }
  /** Sees whether the connections are alive; later pokes leave alone what has answered since the first. */
  | { readonly type: 'poke'; readonly isFirst: boolean }
  /** Drain quickly and exit with 0. */
  | { readonly type: 'shutdown' }

/** Server → main. */
export type WorkerEvent =
  /** `dataDir`: where it keeps its files. */
  | { readonly type: 'listening'; readonly url: string; readonly dataDir: string }
  | { readonly type: 'found'; readonly id: number; readonly discovery: Discovery }
  /** A step of a try begins. */
  | { readonly type: 'trying'; readonly id: number; readonly step: TryStep }
  | { readonly type: 'tried'; readonly id: number; readonly error: WorkerTryError | null }
  /** Where the person signs in. */
  | { readonly type: 'open'; readonly id: number; readonly url: string }
  /** To be kept before they are used; answered by `kept` with the same `keep`. */
  | { readonly type: 'keep'; readonly keep: number; readonly given: AccountTokens }
  /** It cannot start, and says why; it then exits with 1. */
  | { readonly type: 'failed'; readonly message: string }
