/** The app's log: JSON lines in a file, which begins anew at a start once it is large. The last one is kept. */
import { mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { destination, pino } from 'pino'

export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  /** Lines that another process wrote, as they are. */
  raw(text: string): void
  close(): void
}

const MAX_BYTES = 2 * 1024 * 1024

export function createLog(dir: string): Log {
  const path = join(dir, 'mailbell.log')
  mkdirSync(dir, { recursive: true })
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAX_BYTES) renameSync(path, join(dir, 'mailbell.old.log'))
  const file = destination({ dest: path, sync: true, mode: 0o600 })
  // A full disk must not end the app: what cannot be logged is lost.
  file.on('error', () => undefined)
  const lines = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (level) => ({ level }) } }, file)
  return {
    info: (fields, message) => lines.info(fields, message),
    warn: (fields, message) => lines.warn(fields, message),
    error: (fields, message) => lines.error(fields, message),
    raw: (text) => void file.write(text),
    close: () => file.end(),
  }
}
