/**
 * The messages between the desktop's main process and the server in its utilityProcess: the only way by which the
 * address, the run's token and the accounts' secrets are handed over (never argv, environment or disk).
 */
import type { WorkerAccount } from './account.ts'
import type { Discovery, KnownAccount, SignInEnd, TryStep, TryError } from './discovery.ts'

/** The result of a sign-in or a refresh; `tokens` is opaque text for the process that stores it. */
export interface AccountTokens {
  readonly account: string
  readonly clientId: string
  readonly tokens: string
}

/** Why a tried account cannot be counted; without a step if the try did not reach the mail server. */
export type WorkerTryError = Omit<TryError, 'step' | 'code'> & {
  readonly step?: TryStep
  /** The end of the sign-in in the browser, if it failed without an error. */
  readonly code: TryError['code'] | SignInEnd
}

/** What the server counts: these accounts, and the demo mailbox if nothing is configured. */
export interface WorkerSources {
  readonly accounts: readonly WorkerAccount[]
  readonly demo: boolean
}

/** Main → server. The first message is `start`. */
export type WorkerCommand =
  | { readonly type: 'start'; readonly token: string; readonly sources: WorkerSources }
  | { readonly type: 'set-sources'; readonly sources: WorkerSources }
  /** Searches for the mailbox of an address; answered by `found` with the same `id`. */
  | { readonly type: 'find-mailbox'; readonly id: number; readonly address: string }
  /** Reads the accounts of mail programs on this machine; answered by `known-accounts` with the same `id`. */
  | { readonly type: 'read-known-accounts'; readonly id: number }
  /**
   * Tries one login; answered by `try-step` for each step and then `tried`, with the same `id`. Where the user must sign
   * in with the browser first, `open-sign-in` comes before.
   */
  | { readonly type: 'try-account'; readonly id: number; readonly account: WorkerAccount }
  /** Ends the wait for a sign-in in a try, which is then answered. */
  | { readonly type: 'cancel'; readonly id: number }
  /** Answers `store-tokens`. */
  | { readonly type: 'tokens-stored'; readonly request: number; readonly stored: boolean }
  /** Every source checks now, or only that of this account; answered by `checked` with the same `id` once each has counted or failed. */
  | { readonly type: 'check'; readonly id: number; readonly account: string | null }
  /** The proxies to mail servers, `http://…` or `socks5://…` by `host:port`; the others are reached directly. */
  | { readonly type: 'proxies'; readonly proxies: Readonly<Record<string, string>> }
  /** The machine goes to sleep: drops every connection at once, until `probe` or `check`. */
  | { readonly type: 'suspend' }
  /** Checks that the connections are alive; a later one skips what has answered since the first. */
  | { readonly type: 'probe'; readonly isFirst: boolean }
  /** Drains quickly, and exits with 0. */
  | { readonly type: 'shutdown' }

/** Server → main. */
export type WorkerEvent =
  /** Before it writes any file. `dataDir`: where its files are. */
  | { readonly type: 'starting'; readonly dataDir: string }
  /** `controlPath`: the socket on which the command reaches the app. */
  | { readonly type: 'listening'; readonly url: string; readonly controlPath: string }
  | { readonly type: 'found'; readonly id: number; readonly discovery: Discovery }
  | { readonly type: 'known-accounts'; readonly id: number; readonly accounts: readonly KnownAccount[] }
  /** A step of a try begins. */
  | { readonly type: 'try-step'; readonly id: number; readonly step: TryStep }
  | { readonly type: 'tried'; readonly id: number; readonly error: WorkerTryError | null }
  | { readonly type: 'checked'; readonly id: number }
  /** Where the user signs in. */
  | { readonly type: 'open-sign-in'; readonly id: number; readonly url: string }
  /** To be stored before they are used; answered by `tokens-stored` with the same `request`. */
  | { readonly type: 'store-tokens'; readonly request: number; readonly given: AccountTokens }
  /** Why it cannot start; it then exits with 1. */
  | { readonly type: 'failed'; readonly message: string }
