/** Errors of sources, as the collector takes and shows them. */
import type { AccountError } from '../../common/protocol/wire.ts'
import { isNetworkErrorCode } from '../net/errors.ts'
import { type Source, SourceError } from '../sources/source.ts'
import { errorTextOf } from '../../common/errors.ts'

/** The wire's bound for the message of an account's error. */
const MESSAGE_LENGTH = 1000

/** An error as it is shown and logged: it may quote what a broken server sent. */
export const toAccountError = ({ code, message }: SourceError): AccountError => ({
  code,
  message: message
    .replaceAll(/[\p{Cc}\p{Cf}\ufffd]+/gu, ' ')
    .slice(0, MESSAGE_LENGTH)
    .toWellFormed(),
})

/** An error that a source did not describe: a network error by its code, else an unexpected one. */
export function toSourceError(error: unknown, { name }: Source): SourceError {
  if (error instanceof SourceError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const text = errorTextOf(error)
  const message = `${name} failed (${code || 'unexpected'}): ${text}`
  return new SourceError(isNetworkErrorCode(code) ? 'network' : 'protocol', message, { cause: error })
}
