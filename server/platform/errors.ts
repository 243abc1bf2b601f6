/** The code of a system error (`ENOENT`), for a message. */
export const errorCodeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown error')

/** What an error says, for a log line or another message. */
export const errorTextOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
