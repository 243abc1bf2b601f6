/** The state of the connection to a server, and its error. */
import type { ProblemCode } from './problems.ts'

/** Why there is no answer, or none that a Mailbell server gives. */
export type LinkErrorCode =
  | 'unreachable'
  /** The browser has no network. */
  | 'offline'
  | 'no-answer'
  | 'tls'
  /** The server has announced it, and does not answer since. */
  | 'restarting'
  /** A proxy cannot reach the server. */
  | 'gateway'
  /** 429 of a proxy. */
  | 'rate'
  /** 401 or 403 of a proxy. */
  | 'denied'
  /** A proxy removes header fields. */
  | 'altered'
  | 'redirected'
  /** To where, a browser hides. */
  | 'redirected-page'
  | 'not-mailbell'
  /** A Mailbell server answers, which has no accounts at this path. */
  | 'wrong-path'
  /** The token has no scope `read`. */
  | 'cannot-read'
  /** Another status; of a newer server, perhaps. */
  | 'unexpected'
  | 'unavailable'

/** `code` has a text in each language; `detail` is for a log. */
export interface LinkProblem {
  readonly code: LinkErrorCode | ProblemCode
  readonly detail: string
  /** Of the answer, if there was one. */
  readonly status?: number
  /** To which address the server redirects. */
  readonly target?: string
}

export type LinkState =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'live' }
  /** `atMs`: epoch milliseconds of the next try. */
  | { readonly phase: 'retrying'; readonly atMs: number; readonly problem: LinkProblem }
  /** `problem`: why the server rejected the token; null if there is no token. */
  | { readonly phase: 'signed-out'; readonly problem: LinkProblem | null }
  | { readonly phase: 'stopped' }
