/** The server's log: one JSON line an event, on stderr by default. */
import { type DestinationStream, type Logger, pino } from 'pino'
import { createLineWriter } from './stderr.ts'

export type { Logger }

/** Never to be logged; as a safeguard, their values are redacted at the first two levels. */
const SECRET_KEYS = ['password', 'secret', 'token', 'authorization', 'url']

/**
 * @param level `silent`, `error`, `warn`, `info` or `debug`
 * @param to where lines go; by default to stderr, so that stdout stays free for what a command prints
 */
export function createLog(level: string, to: DestinationStream = createLineWriter()): Logger {
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
