/** The rows of the stored counts, in SQLite. */
import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { openPrivateDatabase } from '../platform/private-file.ts'
import type { WrittenAccount } from './recent-counts.ts'

const SCHEMA_VERSION = 1
/** Another process may be writing; this much it may delay an answer. */
const BUSY_MS = 50

export const openPrivately = (path: string): DatabaseSync => openPrivateDatabase(path, BUSY_MS)

export function prepareCounts(database: DatabaseSync, locking: 'NORMAL' | 'EXCLUSIVE') {
  try {
    database.exec(`PRAGMA locking_mode = ${locking}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL`)
    const version = z.object({ user_version: z.int() }).parse(database.prepare('PRAGMA user_version').get()).user_version
    if (version > SCHEMA_VERSION) throw new BrokenFile(`It was written by a newer version (schema ${version}).`)
    // Only for a new file: it is a write, which a full disk refuses.
    if (version < SCHEMA_VERSION)
      database.exec(`
        CREATE TABLE IF NOT EXISTS account (
          id TEXT PRIMARY KEY, source TEXT NOT NULL, counts TEXT NOT NULL, checked_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        PRAGMA user_version = ${SCHEMA_VERSION};
      `)
    return {
      database,
      select: database.prepare('SELECT id, source, counts, checked_at FROM account'),
      put: database.prepare('INSERT OR REPLACE INTO account (id, source, counts, checked_at) VALUES (?, ?, ?, ?)'),
      remove: database.prepare('DELETE FROM account WHERE id = ?'),
      begin: database.prepare('BEGIN IMMEDIATE'),
      commit: database.prepare('COMMIT'),
    }
  } catch (error) {
    database.close()
    throw error
  }
}

type WrittenRow = Omit<WrittenAccount, 'counts'> & { readonly counts: string | null }

/** All of them or none. */
export function writeRows({ database, begin, put, remove, commit }: ReturnType<typeof prepareCounts>, rows: Iterable<WrittenRow>): void {
  try {
    begin.run()
    for (const { id, source, counts, checkedAtMs } of rows) {
      if (counts === null) remove.run(id)
      else put.run(id, source, counts, checkedAtMs)
    }
    commit.run()
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

class BrokenFile extends Error {
  override readonly name = 'BrokenFile'
}

/** SQLite's primary result codes CORRUPT and NOTADB. */
const BROKEN = new Set([11, 26])

export function isBroken(error: unknown): boolean {
  if (error instanceof BrokenFile) return true
  return error instanceof Error && 'errcode' in error && BROKEN.has(Number(error.errcode) & 0xff)
}
