/** What a caught error says. */
import type { RequestError } from './protocol/outcome.ts'

/** The code of a system error (`ENOENT`), for a message. */
export const errorCodeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown error')

/** What an error says, for a log line or another message. */
export const errorTextOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** A request that failed for a reason that the user cannot correct. */
export const unavailableBy = (error: unknown): RequestError => ({ ok: false, code: 'unavailable', detail: errorTextOf(error) })
