/** How a request of the window ends. `code` has a text in each language; `detail` is a mail server's or the system's own. */
import type { SignInEnd, TryError } from './discovery.ts'
import type { LinkProblem } from './link.ts'
import type { SourceErrorCode } from './wire.ts'

/** `unconfirmed`: the connection broke before the answer, so that the action may have been done. */
type ActionError = 'gone' | 'unconfirmed'
type FormError = 'invalid' | 'exists' | 'bad-link'
type DesktopError = 'locked' | 'wrong-passphrase' | 'shortcut-taken' | 'bad-file' | 'newer-file' | 'not-opened'

export type OutcomeCode = SourceErrorCode | SignInEnd | FormError | DesktopError | ActionError | LinkProblem['code']

/** `step` and `certificate`: where trying an account failed. `status` and `target`: of a Mailbell server's answer. */
export interface RequestError extends Partial<Pick<TryError, 'step' | 'certificate'>>, Pick<LinkProblem, 'status' | 'target'> {
  readonly ok: false
  readonly code: OutcomeCode
  /** The field of the payload that is not valid. */
  readonly field?: string
  readonly detail?: string
}

export type Outcome<Result = unknown> = ({ readonly ok: true } & Result) | RequestError

export const DONE: Outcome = { ok: true }
export const UNAVAILABLE: RequestError = { ok: false, code: 'unavailable' }
