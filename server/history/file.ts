/**
 * The file of the history: each change of an account's number, by the minute, and the times when the server ran. All of it
 * can be lost, so a broken file is deleted and begun anew.
 */
import { rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { ensureTables, isBroken } from '../platform/database-schema.ts'
import type { Logger } from '../platform/log.ts'
import { openPrivateDatabase } from '../platform/private-file.ts'
import { type Change, hourOf, type Run } from './series.ts'

export interface HistoryFileDeps {
  /** Null for a history in memory. */
  readonly path: string | null
  readonly log: Logger
  readonly open?: (path: string) => DatabaseSync
}

export interface Retention {
  /** The present minute. */
  readonly minute: number
  /** Older changes are reduced to one an hour. */
  readonly fineMinutes: number
  /** Of older changes, only the last one stays: where the number begins. */
  readonly coarseMinutes: number
}

export type HistoryFile = ReturnType<typeof createHistoryFile>

const SCHEMA_VERSION = 1
const TABLES = `
  CREATE TABLE IF NOT EXISTS account (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE IF NOT EXISTS change (
    account INTEGER NOT NULL, minute INTEGER NOT NULL, unread INTEGER, PRIMARY KEY (account, minute)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS run (start INTEGER PRIMARY KEY, end INTEGER NOT NULL) STRICT;
`
/** Another process may be reading; this much it may delay an answer. */
const BUSY_MS = 50
/** Accounts whose changes are reduced in one turn: each has 2,200 at most, and few usually. */
const ACCOUNTS_PER_TURN = 20

const Runs = z.array(z.object({ start: z.int(), end: z.int() }))
const Accounts = z.array(z.object({ key: z.int(), id: z.string() }))

export function createHistoryFile({ path, log, open = openPrivately }: HistoryFileDeps) {
  let statements: ReturnType<typeof prepare> | null = null
  let isFailing = false
  let isClosed = false

  /** Null if it failed, which is logged once until it works again. */
  function attempt<T>(work: (file: ReturnType<typeof prepare>) => T): T | null {
    if (isClosed) return null
    try {
      let result: T
      try {
        result = work((statements ??= prepare(open(path ?? ':memory:'))))
      } catch (error) {
        if (path === null || !isBroken(error)) throw error
        log.warn({ file: path, err: error }, 'the file of the history is broken; a new one is begun')
        close()
        for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true })
        result = work((statements ??= prepare(open(path))))
      }
      isFailing = false
      return result
    } catch (error) {
      if (!isFailing)
        log.warn({ file: path, err: error }, 'the history cannot be stored; free disk space, or make the data directory writable')
      isFailing = true
      close()
      return null
    }
  }

  function close(): void {
    try {
      statements?.database.close()
    } catch {
      // The next attempt reopens the file.
    }
    statements = null
  }

  return {
    /**
     * Writes the numbers of this minute that differ from the last ones, in one transaction. False if that failed.
     * @param runStart when the run began that reaches this minute; null while some of its numbers are not written yet
     */
    write(minute: number, numbers: readonly { readonly id: string; readonly unread: number | null }[], runStart: number | null): boolean {
      const done = attempt(({ begin, putRun, addAccount, putChange, commit }) => {
        begin.run()
        if (runStart !== null) putRun.run(runStart, minute)
        for (const { id, unread } of numbers) {
          addAccount.run(id)
          putChange.run(id, minute, unread)
        }
        commit.run()
        return true
      })
      return done === true
    },
    /** The changes of an account since `from`, with the last one before. */
    changes: (id: string, from: number, to: number): readonly Change[] =>
      attempt(({ keyOf, changes }) => changes.all(Number(keyOf.get(id)?.['key'] ?? 0), from, to).map(changeOf)) ?? [],
    runs: (from: number, to: number): readonly Run[] => attempt(({ runs }) => Runs.parse(runs.all(from, to))) ?? [],
    bytes: (): number => attempt(({ bytes }) => z.object({ bytes: z.int() }).parse(bytes.get()).bytes) ?? 0,
    /** Removes these accounts. False if that failed. */
    forget(ids: readonly string[]): boolean {
      const done = attempt(({ begin, dropChanges, dropAccount, commit }) => {
        begin.run()
        for (const id of ids) {
          dropChanges.run(id)
          dropAccount.run(id)
        }
        commit.run()
        return true
      })
      return done === true
    },
    /**
     * Reduces old changes. The number of an account that is not there is not known from now on; once that was so for all
     * of the time, the account goes. Yields between slices: the caller decides when to go on.
     */
    *reduce({ minute, fineMinutes, coarseMinutes }: Retention, isThere: (id: string) => boolean): Generator<undefined, void> {
      const fine = hourOf(minute - fineMinutes)
      const coarse = hourOf(minute - coarseMinutes)
      for (let last: number | null = 0; last !== null;) {
        const after: number = last
        last = attempt(({ begin, accounts, putChange, dropUnchanged, reduce, dropEmpty, commit }) => {
          const slice = Accounts.parse(accounts.all(after, ACCOUNTS_PER_TURN))
          const end = slice.at(-1)?.key
          if (end === undefined) return null
          begin.run()
          for (const { id } of slice) {
            if (isThere(id)) continue
            putChange.run(id, minute, null)
            dropUnchanged.run(id, coarse)
          }
          reduce.run({ ':first': after + 1, ':last': end, ':minute': minute, ':fine': fine, ':coarse': coarse })
          dropEmpty.run(after + 1, end)
          commit.run()
          return end
        })
        yield
      }
      attempt(({ dropRuns }) => dropRuns.run(coarse))
    },
    close(): void {
      isClosed = true
      close()
    },
  }
}

/** Not checked by a schema: there may be thousands, and the columns have these types (STRICT). */
const changeOf = ({ minute, unread }: Record<string, unknown>): Change => ({
  minute: Number(minute),
  unread: unread === null ? null : Number(unread),
})

const openPrivately = (path: string): DatabaseSync => (path === ':memory:' ? new DatabaseSync(path) : openPrivateDatabase(path, BUSY_MS))

function prepare(database: DatabaseSync) {
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    ensureTables(database, SCHEMA_VERSION, TABLES)
    return {
      database,
      begin: database.prepare('BEGIN IMMEDIATE'),
      commit: database.prepare('COMMIT'),
      putRun: database.prepare('INSERT INTO run VALUES (?, ?) ON CONFLICT (start) DO UPDATE SET end = max(end, excluded.end)'),
      addAccount: database.prepare('INSERT INTO account (id) VALUES (?) ON CONFLICT DO NOTHING'),
      putChange: database.prepare(`
        INSERT INTO change (account, minute, unread) SELECT key, ?2, ?3 FROM account WHERE id = ?1 AND ?3 IS NOT (
          SELECT unread FROM change WHERE account = key AND minute <= ?2 ORDER BY minute DESC LIMIT 1
        ) ON CONFLICT (account, minute) DO UPDATE SET unread = excluded.unread`),
      keyOf: database.prepare('SELECT key FROM account WHERE id = ?'),
      changes: database.prepare(`
        SELECT minute, unread FROM change WHERE account = ?1 AND minute BETWEEN coalesce(
          (SELECT max(minute) FROM change WHERE account = ?1 AND minute <= ?2), 0
        ) AND ?3 ORDER BY minute`),
      runs: database.prepare('SELECT start, end FROM run WHERE end >= ? AND start <= ? ORDER BY start'),
      bytes: database.prepare(`SELECT (page_count - freelist_count) * page_size AS bytes
        FROM pragma_page_count, pragma_freelist_count, pragma_page_size`),
      accounts: database.prepare('SELECT key, id FROM account WHERE key > ? ORDER BY key LIMIT ?'),
      dropChanges: database.prepare('DELETE FROM change WHERE account = (SELECT key FROM account WHERE id = ?)'),
      dropAccount: database.prepare('DELETE FROM account WHERE id = ?'),
      dropUnchanged: database.prepare(`
        DELETE FROM change WHERE account = (SELECT key FROM account WHERE id = ?1)
          AND NOT EXISTS (SELECT 1 FROM change AS later WHERE later.account = change.account AND later.minute >= ?2)`),
      dropEmpty: database.prepare(`
        DELETE FROM account WHERE key BETWEEN ? AND ? AND NOT EXISTS (SELECT 1 FROM change WHERE account = key)`),
      dropRuns: database.prepare('DELETE FROM run WHERE end < ?'),
      // A change goes if there is a later one in the same hour, or before the oldest hour. So does one of the future: the clock was set back.
      reduce: database.prepare(`
        DELETE FROM change WHERE account BETWEEN :first AND :last AND (minute > :minute OR minute < :fine AND EXISTS (
          SELECT 1 FROM change AS later WHERE later.account = change.account AND later.minute > change.minute
            AND later.minute < CASE WHEN change.minute < :coarse THEN :coarse ELSE (change.minute / 60 + 1) * 60 END
        ))`),
    }
  } catch (error) {
    database.close()
    throw error
  }
}
