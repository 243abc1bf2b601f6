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
  /** Notices of the mail server for its user, newest first. */
  readonly notices?: readonly string[] | undefined
  /** The inbox on the web. */
  readonly url?: string | undefined
}

/** The counts of one account, as a source reads them. */
export interface AccountCounts extends Counts {
  readonly id: string
}

export interface Report {
  readonly accounts: Iterable<AccountCounts>
  /**
   * What is true of the accounts that this source reported before and does not name now: `gone`, they are at 0;
   * `unchanged`, they are as this attempt reported them last, which is confirmed without a look at each. Where it is
   * absent, nothing is said of them. A source says it always or never.
   */
  readonly rest?: 'gone' | 'unchanged'
  /** Ids that were there but could not be read, each with the reason: the number stays, shown as not fresh. */
  readonly unreadable?: ReadonlyMap<string, string>
}

/** The line of a log that a source may write: never a secret, a mail's text or a password-bearing URL. */
export interface SourceLog {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

/** One attempt, from the source's side. */
export interface Attempt {
  /**
   * Aborted when the source must stop: on close, or when the collector gave the attempt up. `run` then releases
   * every socket, handle and timer at once, without a polite goodbye that may block, and settles.
   */
  readonly signal: AbortSignal
  /** Tells what was just read, also where nothing changed: it is what keeps the accounts fresh. */
  report(report: Report): void
  /** Calls `listener` whenever somebody wants an answer now ("Check now", resume); returns what ends that. */
  onKick(listener: () => void): () => void
  readonly log: SourceLog
}

/** What somebody wants done with a mail: the `id` of one of the account's `latest`, of now or of a while ago. */
export interface MessageRequest {
  readonly account: string
  readonly message: string
  readonly action: MessageAction
}

/** Or with all mails of the account that are unread as this comes, in the folders that are counted. */
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
  /** What names this source in logs, metrics and messages; holds no secret. */
  readonly name: string
  /** Accounts that are known before anything was counted; shown as `pending`. Empty where only the source knows. */
  readonly accounts: readonly string[]
  /** Milliseconds that an attempt has, from its start to its first report. */
  readonly firstReportMs: number
  /** Milliseconds between two reports, at the most, while all is well; past that the attempt is given up. */
  readonly silenceMs: number
  /** One attempt. Rejects with a SourceError when it breaks; resolving is taken as "the other side ended it". */
  run(attempt: Attempt): Promise<void>
  /**
   * Does it, and resolves once the other side has said yes: `done`, also where it was so already, or `gone` where there
   * is no such mail. Who can mark one mail read can mark them all: in pieces where they are many, and asked again where
   * it broke off, for what is read stays so. Independent of `run`. Absent where the source can't act; its reports then name no `actions`.
   * @throws SourceError
   */
  act?(request: ActionRequest, signal: AbortSignal): Promise<'done' | 'gone'>
}

/** Why an attempt ended. `message` is one sentence that says what is wrong and what to do; it holds no secret. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
  readonly code: SourceErrorCode
  /** The other side asked for this pause before the next attempt. */
  readonly retryAfterMs: number | undefined

  constructor(code: SourceErrorCode, message: string, options: ErrorOptions & { retryAfterMs?: number } = {}) {
    super(message, options)
    this.code = code
    this.retryAfterMs = options.retryAfterMs
  }
}
