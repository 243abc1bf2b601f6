/** Files that only their owner may read. */
import { randomBytes } from 'node:crypto'
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * Opens an SQLite file, which is created if it is missing.
 * @param busyMs how long to wait for another process that is writing
 */
export function openPrivateDatabase(path: string, busyMs: number): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  // Created here and not by SQLite, so that other users can never read it. The files beside it (-wal, -shm) take its mode.
  closeSync(openSync(path, 'a', 0o600))
  if (process.platform !== 'win32') chmodSync(path, 0o600)
  return new DatabaseSync(path, { timeout: busyMs })
}

/** Written atomically: resolves once the text is on the disk, in the place of what was there. @throws the system's error; what was there stays */
export async function writePrivately(path: string, text: string | AsyncIterable<string>): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const beside = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(beside, text, { mode: 0o600, flag: 'wx', flush: true })
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}
