/** What an error says, and how the request that met it ends. */
import type { RequestError } from './protocol/outcome.ts'

/** The code of a system error (`ENOENT`), for a message. */
export const errorCodeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown error')

/** What an error says, for a log line or another message. */
export const errorTextOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** A request that failed for a reason that the user cannot correct. */
export const unavailableBy = (error: unknown): RequestError => ({ ok: false, code: 'unavailable', detail: errorTextOf(error) })

/** An account was tried, and nothing was stored. A certificate is shown whatever the code. */
export function requestErrorOfTry({
  code,
  message,
  step,
  certificate,
}: Pick<RequestError, 'code' | 'step' | 'certificate'> & { readonly message: string }): RequestError {
  if (code === 'cancelled' || code === 'restarting') return { ok: false, code }
  if (code === 'exists') return { ok: false, code, field: 'account' }
  const common = { ok: false, detail: message, ...(step && { step }) } as const
  return certificate ? { ...common, code: 'tls', certificate } : { ...common, code }
}
