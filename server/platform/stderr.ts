/**
 * Where log lines go: stderr. Logging never ends or blocks the server: a line that cannot be written (full disk, closed
 * pipe, terminal that is gone, reader that does not read) is dropped, and the next one that can be written follows a count.
 */
import { constants, fstatSync, openSync, writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import { terminalLine } from './log-lines.ts'

type Write = (bytes: Uint8Array) => number

/**
 * @param write writes at least one byte and returns how many, or throws the system's error
 * @param format of a line, which ends with a line feed
 */
export function createLineWriter(write: Write = writerOf(2), format: (line: string) => string = (line) => line) {
  let dropped = 0
  /** A write ended in the middle of a line. */
  let isTorn = false

  function writeAll(text: string): boolean {
    let rest: Uint8Array = Buffer.from(text)
    try {
      while (rest.length > 0) {
        rest = rest.subarray(write(rest))
        isTorn = rest.length > 0
      }
      return true
    } catch {
      return false
    }
  }

  return {
    write(line: string): void {
      const note = dropped === 0 ? '' : format(`${JSON.stringify({ level: 'warn', dropped, msg: 'log lines could not be written' })}\n`)
      if (writeAll(`${isTorn ? '\n' : ''}${note}`)) dropped = 0
      if (dropped > 0 || !writeAll(format(line))) dropped++
    },
  }
}

/** For a person where stderr is a terminal, else as they are. */
export function createLogWriter() {
  if (!isatty(2)) return createLineWriter()
  const hasColours = process.stderr.hasColors()
  return createLineWriter(undefined, (line) => terminalLine(line, localTime, hasColours))
}

/** As `14:53:07`; without Intl, whose data would stay in memory. */
const localTime = (iso: string): string => new Date(iso).toTimeString().slice(0, 8)

/** Of a pipe, its own descriptor that does not block: a reader that stands still would stop the server. */
function writerOf(fd: number): Write {
  const own = isPipe(fd) ? openUnblocked(fd) : null
  return (bytes) => writeSync(own ?? fd, bytes)
}

function isPipe(fd: number): boolean {
  try {
    return fstatSync(fd).isFIFO()
  } catch {
    // It is closed.
    return false
  }
}

/** Null where the system offers none (only Linux does), or does not permit it. */
function openUnblocked(fd: number): number | null {
  if (process.platform !== 'linux') return null
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK)
  } catch {
    return null
  }
}
