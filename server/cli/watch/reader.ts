/** Detects that the reader of stdout has gone, also while nothing is written: a status bar that ends or reloads. */
import { constants, fstatSync, readdirSync, readFileSync, readlinkSync, writeSync } from 'node:fs'
import { errorCodeOf } from '../../../common/errors.ts'

const CHECK_MS = 2_000
const STDOUT = 1
const NOTHING = new Uint8Array()

/** Calls `onGone` once the reader has gone. Returns a function that ends the watch. */
export function watchReader(onGone: () => void): () => void {
  const isGone = checkOf(STDOUT)
  if (!isGone) return () => undefined
  const timer = setInterval(() => {
    if (isGone()) onGone()
  }, CHECK_MS)
  timer.unref()
  return () => clearInterval(timer)
}

/** Null where there is no way to see it, or no reader. */
function checkOf(fd: number): (() => boolean) | null {
  const stats = fstatSync(fd)
  if (stats.isSocket()) return () => isClosedSocket(fd)
  return stats.isFIFO() && process.platform === 'linux' ? checkPipe(fd) : null
}

/** Writing nothing to a socket reports that its other end is closed. To a pipe it reports nothing. */
function isClosedSocket(fd: number): boolean {
  try {
    writeSync(fd, NOTHING)
    return false
  } catch (error) {
    return errorCodeOf(error) === 'EPIPE'
  }
}

/** Null if no process is seen that reads from the pipe: it may be one of another user. */
function checkPipe(fd: number): (() => boolean) | null {
  const pipe = readlinkSync(`/proc/self/fd/${fd}`)
  let reader = findReader(pipe)
  return reader === null ? null : () => reader === null || (!reads(reader, pipe) && (reader = findReader(pipe)) === null)
}

interface Descriptor {
  readonly process: string
  readonly fd: string
}

function findReader(pipe: string): Descriptor | null {
  for (const process of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const found = descriptorsOf(process).find((descriptor) => reads(descriptor, pipe))
    if (found) return found
  }
  return null
}

/** None of a process that has ended, or of another user. */
function descriptorsOf(process: string): readonly Descriptor[] {
  try {
    return readdirSync(`/proc/${process}/fd`).map((fd) => ({ process, fd }))
  } catch {
    return []
  }
}

/** proc_pid_fd(5), proc_pid_fdinfo(5) */
function reads({ process, fd }: Descriptor, pipe: string): boolean {
  try {
    if (readlinkSync(`/proc/${process}/fd/${fd}`) !== pipe) return false
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/${process}/fdinfo/${fd}`, 'latin1'))?.[1] ?? ''
    return (Number.parseInt(flags, 8) & constants.O_WRONLY) === 0
  } catch {
    return false
  }
}
