/** The app's log: JSON lines in a file of bounded size. One previous file is kept, so both together hold twice that. */
import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'

export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  /** Lines of another process, unchanged. */
  raw(text: string): void
  close(): void
}

export const logPaths = (dir: string) => ({ current: join(dir, 'mailbell.log'), previous: join(dir, 'mailbell.old.log') })

const MAX_BYTES = 2 * 1024 * 1024
/** No single text may fill the log. */
const MAX_TEXT = 64 * 1024

export function createLog(dir: string, maxBytes = MAX_BYTES): Log {
  const file = openBounded(dir, maxBytes)
  const lines = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (level) => ({ level }) } }, file)
  return {
    info: (fields, message) => lines.info(fields, message),
    warn: (fields, message) => lines.warn(fields, message),
    error: (fields, message) => lines.error(fields, message),
    raw: (text) => file.write(text),
    close: file.close,
  }
}

function openBounded(dir: string, maxBytes: number): { write(text: string): void; close(): void } {
  const { current, previous } = logPaths(dir)
  let file: number | null = null
  let size = 0
  // Creates the file at once, so that it can be opened from the window.
  write('')

  function open(): number {
    mkdirSync(dir, { recursive: true })
    const opened = openSync(current, 'a', 0o600)
    size = fstatSync(opened).size
    return opened
  }
  function close(): void {
    if (file !== null) closeSync(file)
    file = null
  }

  function write(text: string): void {
    const bytes = Buffer.from(text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…\n` : text)
    try {
      file ??= open()
      if (size > 0 && size + bytes.length > maxBytes) {
        close()
        renameSync(current, previous)
        file = open()
      }
      writeSync(file, bytes)
      size += bytes.length
    } catch {
      // A full disk must not end the app: the line is lost.
    }
  }

  return { write, close }
}
