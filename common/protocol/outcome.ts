/** How a request of the window ends. `code` has a text in each language; `detail` is the other side's own. */
import type { CertificateView, TryStep } from './discovery.ts'

export type MessageErrorCode =
  | 'gone'
  | 'cannot-act'
  | 'mail-refused'
  | 'mail-unreachable'
  | 'mail-timeout'
  | 'busy'
  | 'unauthorized'
  | 'unavailable'

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
  | 'cancelled'
  | 'locked'
  | 'wrong-passphrase'
  | 'shortcut-taken'
  | 'bad-file'
  | 'newer-file'
  | 'not-opened'
  | MessageErrorCode

export interface RequestError {
  readonly ok: false
  readonly code: OutcomeCode
  /** The field of the payload that is not valid. */
  readonly field?: string
  readonly detail?: string
  /** Where trying an account failed. */
  readonly step?: TryStep
  /** The mail server's, where it is not accepted. */
  readonly certificate?: CertificateView
}

export type Outcome<Result = unknown> = ({ readonly ok: true } & Result) | RequestError

export const DONE: Outcome = { ok: true }
