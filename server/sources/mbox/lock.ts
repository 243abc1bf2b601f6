/** Whether another program is writing into an mbox just now, as far as its locks can be seen. */
import { lstat, readFile } from 'node:fs/promises'
import { isMissing } from '../files/errors.ts'

/** A lock file that is older was left behind. */
const STALE_MS = 5 * 60_000

/** @param about the device and the number of the file itself */
export async function isLocked(path: string, about: { readonly dev: bigint; readonly ino: bigint }): Promise<boolean> {
  return (await hasDotLock(path)) || (process.platform === 'linux' && hasWriter(await kernelLocks(), about))
}

/** `PATH.lock`, which most writers make, beside whatever else they lock. */
async function hasDotLock(path: string): Promise<boolean> {
  try {
    return Date.now() - (await lstat(`${path}.lock`)).mtimeMs < STALE_MS
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

async function kernelLocks(): Promise<string> {
  try {
    return await readFile('/proc/locks', 'utf8')
  } catch {
    return ''
  }
}

/** Lines such as `1: POSIX  ADVISORY  WRITE 3568 fd:00:2531452 0 EOF` (proc_locks(5)), of fcntl and of flock. */
export function hasWriter(locks: string, { dev, ino }: { readonly dev: bigint; readonly ino: bigint }): boolean {
  const number = Number(dev)
  const [major, minor] = [(number >> 8) & 0xfff, (number & 0xff) | ((number >> 12) & 0xfff00)].map((part) =>
    part.toString(16).padStart(2, '0'),
  )
  // A line of one who waits for a lock has an arrow.
  return new RegExp(`^\\d+: [A-Z]+ +[A-Z]+ +WRITE +-?\\d+ ${major}:${minor}:${ino} `, 'm').test(locks)
}
