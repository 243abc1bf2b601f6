/** The server's log: one line an event on stderr by default: for a person at a terminal, else JSON. */
import { type DestinationStream, type Logger, pino } from 'pino'
import { createLogWriter } from './stderr.ts'

export type { Logger }

/** From the least to the most. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const

/** Never to be logged; as a safeguard, their values are redacted at the first two levels. */
const SECRET_KEYS = ['password', 'secret', 'token', 'authorization', 'url']

/**
 * @param level one of LOG_LEVELS
 * @param to where lines go; by default to stderr, so that stdout stays free for what a command prints
 */
export function createLog(level: string, to: DestinationStream = createLogWriter()): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`]), censor: '[secret]' },
    },
    to,
  )
}
