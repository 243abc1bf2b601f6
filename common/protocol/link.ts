/** The state of the connection to a server, and its error. */
import type { ProblemCode } from './problems.ts'

/** `code` has a text in each language; `detail` is for a log or a tooltip. */
export interface LinkProblem {
  readonly code: 'unreachable' | 'timeout' | 'tls' | 'not-mailbell' | 'overloaded' | 'rejected' | 'server-error'
  readonly detail: string
  readonly problem?: ProblemCode
}

export type LinkState =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'live' }
  /** `atMs`: epoch milliseconds of the next try. */
  | { readonly phase: 'retrying'; readonly atMs: number; readonly problem: LinkProblem }
  | { readonly phase: 'signed-out'; readonly message: string }
  | { readonly phase: 'stopped' }
