/**
 * One server on a data directory: two would overwrite each other's counts. The lock is one of SQLite on an empty file, which
 * the system releases however the process ends, and which holds between containers that share a volume, unlike a pid.
 */
import { truncateSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { DatabaseSync } from 'node:sqlite'
import { DATA_FILES } from '../../../common/protocol/data-files.ts'
import { isBroken } from '../../platform/database-schema.ts'
import { openPrivateDatabase } from '../../platform/private-file.ts'
import { CommandError } from '../command-error.ts'
import { readRun, removeRunFile } from './run-file.ts'

/** A server that is ending has removed its run file already; one that is starting has yet to write it. */
const WAIT_MS = 10_000
const RETRY_MS = 100
const SQLITE_BUSY = 5

/**
 * Takes the lock until the process ends.
 * @throws CommandError if another server has it
 */
export async function lockDataDir(dataDir: string): Promise<void> {
  const endMs = performance.now() + WAIT_MS
  while (!tryLock(dataDir)) {
    const run = readRun(dataDir)
    if (!run && performance.now() < endMs) await delay(RETRY_MS)
    else {
      const what = run
        ? `A Mailbell server (process ${run.pid}) already runs at ${run.url}`
        : 'Another Mailbell server is starting or ending'
      throw new CommandError(`${what} with the data directory ${dataDir}; stop it, or set MAILBELL_DATA_DIR to another directory.`)
    }
  }
}

/** False if another process has the lock; true as well where none can be made: the log says what cannot be written. */
function tryLock(dataDir: string, mayEmpty = true): boolean {
  const path = join(dataDir, DATA_FILES.lock)
  let file: DatabaseSync | null = null
  try {
    file = openPrivateDatabase(path, 0)
    file.exec('BEGIN EXCLUSIVE')
    removeRunFile(dataDir)
  } catch (error) {
    file?.close()
    if (mayEmpty && isBroken(error) && hasEmptied(path)) return tryLock(dataDir, false)
    return !(error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY)
  }
  // A collected database would release it.
  process.once('exit', () => file.close())
  return true
}

/** A file that another program has written to. */
function hasEmptied(path: string): boolean {
  try {
    truncateSync(path)
    return true
  } catch {
    return false
  }
}
