/** How a request of the window ends. `code` has a text in each language; `detail` is the other side's own. */
import type { TryError } from './discovery.ts'
import type { SourceErrorCode } from './wire.ts'

type MailServerError = 'mail-refused' | 'mail-unreachable' | 'mail-timeout'
export type MessageErrorCode = MailServerError | 'gone' | 'cannot-act' | 'busy' | 'unauthorized' | 'unavailable'
type FormError = 'invalid' | 'exists' | 'tls' | 'not-mailbell' | 'cancelled'
type DesktopError = 'locked' | 'wrong-passphrase' | 'shortcut-taken' | 'bad-file' | 'newer-file' | 'not-opened'

export type OutcomeCode = SourceErrorCode | FormError | DesktopError | MessageErrorCode

/** `step` and `certificate`: where trying an account failed. */
export interface RequestError extends Partial<Pick<TryError, 'step' | 'certificate'>> {
  readonly ok: false
  readonly code: OutcomeCode
  /** The field of the payload that is not valid. */
  readonly field?: string
  readonly detail?: string
}

export type Outcome<Result = unknown> = ({ readonly ok: true } & Result) | RequestError

export const DONE: Outcome = { ok: true }
export const UNAVAILABLE: RequestError = { ok: false, code: 'unavailable' }
