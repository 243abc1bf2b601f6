/** The server's log: one JSON line an event, on stderr by default. */
import { type DestinationStream, destination, type Logger, pino } from 'pino'

export type { Logger }

export interface LogOptions {
  /** `silent`, `error`, `warn`, `info` or `debug`. */
  readonly level: string
  /** Where lines go; stderr where it is absent, so that stdout stays free for what a command prints. */
  readonly to?: DestinationStream
}

/** Never to be logged; as a safeguard, their values are redacted at the first two levels. */
const SECRET_KEYS = ['password', 'secret', 'token', 'authorization', 'url']

export function createLog({ level, to = destination({ dest: 2, sync: true }) }: LogOptions): Logger {
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
