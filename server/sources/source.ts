/**
 * The port that every source implements: where counts come from.
 *
 * A source is a recipe, not a connection: `run` is ONE attempt, from connecting to the moment it breaks. It holds
 * no state between attempts that matters, and needs no retry of its own: the collector runs it again, with
 * back-off and jitter, and watches that it speaks often enough.
 */
import type { AccountError, Folder, Message, MessageAction, SourceErrorCode } from '../../common/protocol/wire.ts'

/** What is known of an account's mail at one moment. Absent fields are not known. */
export interface Counts {
  readonly unread: number
  readonly total?: number | undefined
  readonly folders?: readonly Folder[] | undefined
  readonly latest?: readonly Message[] | undefined
  /** What the source can do with these messages. */
  readonly actions?: readonly MessageAction[] | undefined
  /** For the user: notices of the mail server (RFC 9051, ALERT), newest first. */
  readonly notices?: readonly string[] | undefined
  /** The inbox on the web. */
  readonly url?: string | undefined
}

/** The counts of one account, as a source reads them. */
export interface AccountCounts extends Counts {
  readonly id: string
  /**
   * What `unread` should include and does not, or only with its last count: a sentence for each part, which names it. The
   * account is then `stale`, with these sentences among its notices. What is no part of the number, such as `latest`, is
   * not named here.
   */
  readonly missing?: readonly string[] | undefined
}

export interface Report {
  readonly accounts: Iterable<AccountCounts>
  /**
   * The state of accounts that this source reported before and does not name now: `gone`, their count is 0; `unchanged`,
   * they are as this attempt reported them last. Absent, their state is unknown. A source sets it always or never.
   */
  readonly rest?: 'gone' | 'unchanged'
  /** More accounts of the same report follow in the next one. */
  readonly isPart?: boolean
  /** Accounts that exist but are unreadable, each with the reason: a number that is known stays, shown as not fresh. */
  readonly unreadable?: ReadonlyMap<string, string>
  /** What was left out although no number lacks it, by its account or row, with the reason: a row without an id, a message. */
  readonly skipped?: ReadonlyMap<string, string>
}

/** The log of a source. No line contains a secret, the text of a message, or a URL with a password. */
export interface SourceLog {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

/** One attempt, from the source's side. */
export interface Attempt {
  /**
   * Aborted when the source must stop: on close, or when the collector gives up the attempt. `run` then releases
   * every socket, handle and timer at once, without a goodbye that may block, and settles.
   */
  readonly signal: AbortSignal
  /**
   * Reports what was just read, also where nothing changed: reports keep the accounts fresh. Resolves once it is on the
   * board, which takes several turns of the event loop where there are thousands of accounts.
   */
  report(report: Report): Promise<void>
  /** Calls `listener` when a count is requested now ("Check now", resume). Returns what removes the listener. */
  onKick(listener: () => void): () => void
  /** Does a poll, or other work that may take long; how long the event loop stands still meanwhile is measured. */
  work<T>(task: () => Promise<T>): Promise<T>
  readonly log: SourceLog
}

/** An action on one message. */
export interface MessageRequest {
  readonly account: string
  /** The `id` of a message in a present or an earlier `latest` of the account. */
  readonly message: string
  readonly action: MessageAction
}

/** Marks all messages read that are unread when the request arrives, in the counted folders. */
interface ReadAllRequest {
  readonly account: string
  readonly action: 'read-all'
}

export type ActionRequest = MessageRequest | ReadAllRequest

/** From an action's request to its outcome, waiting included. */
export const ACTION_TIMEOUT_MS = 20_000

export type ActionOutcome =
  | { readonly kind: 'done' }
  /** The message does not exist, or no longer. */
  | { readonly kind: 'gone' }
  /** No source that can do it counts this account. */
  | { readonly kind: 'unable' }
  /** Too many actions are waiting. */
  | { readonly kind: 'busy' }
  /** No answer came in time: it may have been done, or not. */
  | { readonly kind: 'late' }
  | { readonly kind: 'failed'; readonly error: AccountError; readonly retryAfterMs: number | undefined }

export interface Source {
  /** For logs, metrics and messages; contains no secret. */
  readonly name: string
  /** Its `type` in a config, for metrics. */
  readonly kind?: string
  /** Accounts that are known before the first count, shown as `pending`. May be empty. */
  readonly accounts: readonly string[]
  /** The maximum milliseconds from the start of an attempt to its first report. */
  readonly firstReportMs: number
  /** The maximum milliseconds between two reports; after them, the collector gives up the attempt. */
  readonly silenceMs: number
  /** One attempt. Rejects with a SourceError when it breaks; resolving means that the server ended it. */
  run(attempt: Attempt): Promise<void>
  /**
   * Performs an action and resolves when the server has confirmed it: `done`, also where nothing had to be changed, or
   * `gone` where there is no such message. A source that can mark one message read can mark all read, which may happen in
   * parts and may be repeated after an error. Independent of `run`. Absent where the source has no actions; its reports
   * then name no `actions`.
   * @throws SourceError
   */
  act?(request: ActionRequest, signal: AbortSignal): Promise<'done' | 'gone'>
}

/** Why an attempt ended. `message` is one sentence that says what is wrong and what to do; it contains no secret. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
  readonly code: SourceErrorCode
  /** The server requires this pause before the next attempt. */
  readonly retryAfterMs: number | undefined
  /** A password or token was sent and not accepted, for whatever reason: a server may count that toward locking the account. */
  readonly isSignInRefusal: boolean

  constructor(code: SourceErrorCode, message: string, options: ErrorOptions & { retryAfterMs?: number; isSignInRefusal?: boolean } = {}) {
    super(message, options)
    this.code = code
    this.retryAfterMs = options.retryAfterMs
    this.isSignInRefusal = options.isSignInRefusal ?? false
  }
}
