/** Whether another program writes into an mbox, as far as its locks show. */
import type { BigIntStats } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { lstatIfPresent } from '../lib/files/errors.ts'

/** An older lock file was left behind. */
const STALE_MS = 5 * 60_000

type FileId = Pick<BigIntStats, 'dev' | 'ino'>

export async function isLocked(path: string, id: FileId): Promise<boolean> {
  // Most writers make it, beside other locks.
  const lockFile = await lstatIfPresent(`${path}.lock`)
  if (lockFile && Date.now() - lockFile.mtimeMs < STALE_MS) return true
  return process.platform === 'linux' && hasWriter(await readFile('/proc/locks', 'utf8').catch(() => ''), id)
}

/** Lines such as `1: POSIX  ADVISORY  WRITE 3568 fd:00:2531452 0 EOF` (proc_locks(5)), of fcntl and of flock. */
export function hasWriter(locks: string, { dev, ino }: FileId): boolean {
  const number = Number(dev)
  const [major, minor] = [(number >> 8) & 0xfff, (number & 0xff) | ((number >> 12) & 0xfff00)].map((part) =>
    part.toString(16).padStart(2, '0'),
  )
  // The line of a program that waits for a lock has an arrow.
  return new RegExp(`^\\d+: [A-Z]+ +[A-Z]+ +WRITE +-?\\d+ ${major}:${minor}:${ino} `, 'm').test(locks)
}
