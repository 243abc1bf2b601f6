/** The rows of the stored counts, in SQLite. */
import type { DatabaseSync } from 'node:sqlite'
import { ensureTables } from '../platform/database-schema.ts'
import { openPrivateDatabase } from '../platform/private-file.ts'
import type { WrittenAccount } from './recent-counts.ts'

const SCHEMA_VERSION = 1
const TABLES = `
  CREATE TABLE IF NOT EXISTS account (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, counts TEXT NOT NULL, checked_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`
/** Another process may be writing; this much it may delay an answer. */
const BUSY_MS = 50

export const openPrivately = (path: string): DatabaseSync => openPrivateDatabase(path, BUSY_MS)

export function prepareCounts(database: DatabaseSync, locking: 'NORMAL' | 'EXCLUSIVE') {
  try {
    database.exec(`PRAGMA locking_mode = ${locking}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL`)
    ensureTables(database, SCHEMA_VERSION, TABLES)
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
