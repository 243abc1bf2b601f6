/**
 * The last known counts, kept in `counts.sqlite`, so that a restarted server answers at once with what it knew.
 *
 * It is a convenience and never in the way: a full disk, a read-only folder or a broken file costs a line in the log
 * and the memory over a restart, nothing else.
 */
import { chmodSync, closeSync, mkdirSync, openSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { z } from 'zod'
import type { Board } from './board.ts'
import type { Counts } from '../sources/source.ts'
import { firstOf } from '../platform/first-of.ts'
import type { Logger } from '../platform/log.ts'
import { AccountId, PutAccount } from '../../common/protocol/wire.ts'

interface KeptAccount {
  readonly id: string
  /** Who counted it: the name of a source, or PUSHED. */
  readonly source: string
  readonly counts: Counts
  readonly checkedAtMs: number
}

/** The source of accounts that came by PUT: no configured source can have this name. */
export const PUSHED = ''

export interface StoreDeps {
  readonly dataDir: string
  readonly log: Logger
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly schedule: (callback: () => void, ms: number) => () => void
  /** Calls back in a later turn, after waiting I/O had its chance. */
  readonly defer: (callback: () => void) => void
  readonly open?: (path: string) => DatabaseSync
}

export interface Store {
  /** What was kept, read once; nothing where there is no file, or none that can be read. */
  restore(): readonly KeptAccount[]
  /** Writes every change of `board` from now on. `sourceOf` says who counts an account. */
  follow(board: Board, sourceOf: (id: string) => string): void
  /** The accounts that a source of this name counted, as far as they are kept. */
  idsOf(source: string): Iterable<string>
  /** Writes what is not written yet, and lets go of the file. */
  close(): void
}

const FILE = 'counts.sqlite'
const SCHEMA_VERSION = 1
const WRITE_AFTER_MS = 1_000
const RETRY_MS = 30_000
/** Accounts per transaction: a few milliseconds, for node:sqlite blocks the thread. */
const SLICE = 500
/** Another process may be writing; longer than this nobody's answer waits for it. */
const BUSY_MS = 50

/** What is told by PUT, from whomever it came; more that a source said is left out. */
const KeptCounts = z.object(PutAccount.shape)
const Row = z.object({ id: AccountId, source: z.string(), counts: z.string(), checked_at: z.int() })

export function createStore(deps: StoreDeps): Store {
  const { dataDir, log, schedule, defer, open = openDatabase } = deps
  const path = join(dataDir, FILE)
  /** What stands in the file, or is on its way there. */
  const kept = new Map<string, { source: string; counts: Counts }>()
  const dirty = new Set<string>()
  let file: OpenFile | null = null
  let following: { board: Board; sourceOf: (id: string) => string; unsubscribe: () => void } | null = null
  let cancelWrite: (() => void) | null = null
  let failing = false
  let closed = false

  /** Runs `work` on the file, on a new one where it is broken; what fails is told once, until it works again. */
  function attempt<T>(work: (file: OpenFile) => T): T | null {
    try {
      let result: T
      try {
        result = work((file ??= openFile(dataDir, path, open)))
      } catch (error) {
        if (!isBroken(error)) throw error
        setAside(error)
        result = work((file ??= openFile(dataDir, path, open)))
      }
      if (failing) log.info({ file: path }, 'the known counts are kept again')
      failing = false
      return result
    } catch (error) {
      if (!failing)
        log.error({ file: path, err: error }, 'the known counts cannot be kept; make room in the data directory, or make it writable')
      failing = true
      letGo()
      return null
    }
  }

  function setAside(error: unknown): void {
    letGo()
    const aside = `${path}.broken-${deps.now()}`
    for (const suffix of ['', '-wal', '-shm']) moveIfThere(path + suffix, aside + suffix)
    log.error({ file: path, keptAs: aside, err: error }, 'the file of known counts could not be read; it is kept aside and a new one begun')
    for (const id of kept.keys()) dirty.add(id)
  }

  function letGo(): void {
    try {
      file?.database.close()
    } catch {
      // It is given up in any case; the next attempt opens it anew.
    }
    file = null
  }

  function writeSlice(ids: readonly string[], { board, sourceOf }: { board: Board; sourceOf: (id: string) => string }): boolean {
    const done = attempt(({ database, put, remove, setMeta }) => {
      database.exec('BEGIN IMMEDIATE')
      for (const id of ids) {
        const entry = board.get(id)
        const source = sourceOf(id)
        if (!entry?.counts) remove.run(id)
        else put.run(id, source, JSON.stringify(entry.counts), entry.checkedAtMs ?? 0)
      }
      // Says which life of the server wrote this, for somebody who compares a file with a log.
      setMeta.run('epoch', board.epoch)
      setMeta.run('rev', String(board.rev))
      database.exec('COMMIT')
      return true
    })
    if (!done) return false
    for (const id of ids) {
      dirty.delete(id)
      const counts = board.get(id)?.counts
      if (counts) kept.set(id, { source: sourceOf(id), counts })
      else kept.delete(id)
    }
    return true
  }

  function write(): void {
    cancelWrite = null
    if (closed || !following) return
    const ids = firstOf(dirty, SLICE)
    if (ids.length === 0) return
    if (!writeSlice(ids, following)) plan(RETRY_MS)
    else if (dirty.size > 0) defer(write)
  }

  function plan(ms: number): void {
    cancelWrite ??= schedule(write, ms)
  }

  function note(changed: readonly string[]): void {
    if (!following) return
    const { board, sourceOf } = following
    for (const id of changed) {
      const counts = board.get(id)?.counts
      const known = kept.get(id)
      // A status is not kept: after a restart everything is stale until its source has spoken.
      if (counts ? known?.counts !== counts || known.source !== sourceOf(id) : known) dirty.add(id)
    }
    if (dirty.size > 0) plan(WRITE_AFTER_MS)
  }

  return {
    restore() {
      const rows = attempt(({ database }) => database.prepare('SELECT id, source, counts, checked_at FROM account').all()) ?? []
      const accounts = rows.flatMap((row) => keptFrom(row) ?? [])
      for (const { id, source, counts } of accounts) kept.set(id, { source, counts })
      return accounts
    },
    follow(board, sourceOf) {
      following = { board, sourceOf, unsubscribe: board.subscribe(note) }
      // Accounts whose source is not configured any more were not restored: their rows go.
      for (const id of kept.keys()) if (!board.get(id)) dirty.add(id)
      if (dirty.size > 0) plan(WRITE_AFTER_MS)
    },
    *idsOf(source) {
      for (const [id, account] of kept) if (account.source === source) yield id
    },
    close() {
      cancelWrite?.()
      following?.unsubscribe()
      if (following) while (dirty.size > 0 && writeSlice(firstOf(dirty, SLICE), following));
      closed = true
      letGo()
    },
  }
}

interface OpenFile {
  readonly database: DatabaseSync
  readonly put: StatementSync
  readonly remove: StatementSync
  readonly setMeta: StatementSync
}

function openFile(dataDir: string, path: string, open: (path: string) => DatabaseSync): OpenFile {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  return prepare(open(path))
}

function openDatabase(path: string): DatabaseSync {
  // Made here and not by SQLite, so that it is nobody else's to read from its first byte on.
  closeSync(openSync(path, 'a', 0o600))
  if (process.platform !== 'win32') chmodSync(path, 0o600)
  return new DatabaseSync(path, { timeout: BUSY_MS })
}

function prepare(database: DatabaseSync): OpenFile {
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    const version = z.object({ user_version: z.int() }).parse(database.prepare('PRAGMA user_version').get()).user_version
    if (version > SCHEMA_VERSION) throw new BrokenFile(`It was written by a newer version (schema ${version}).`)
    database.exec(`
      CREATE TABLE IF NOT EXISTS account (
        id TEXT PRIMARY KEY, source TEXT NOT NULL, counts TEXT NOT NULL, checked_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
      PRAGMA user_version = ${SCHEMA_VERSION};
    `)
    return {
      database,
      put: database.prepare(
        'INSERT INTO account (id, source, counts, checked_at) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET source = excluded.source, counts = excluded.counts, checked_at = excluded.checked_at',
      ),
      remove: database.prepare('DELETE FROM account WHERE id = ?'),
      setMeta: database.prepare('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value'),
    }
  } catch (error) {
    database.close()
    throw error
  }
}

/** A row as an account, or nothing where it is not one: the number is then counted anew. */
function keptFrom(row: unknown): KeptAccount | null {
  const parsed = Row.safeParse(row)
  if (!parsed.success) return null
  const { id, source, counts, checked_at: checkedAtMs } = parsed.data
  try {
    const read = KeptCounts.safeParse(JSON.parse(counts))
    return read.success ? { id, source, counts: read.data, checkedAtMs } : null
  } catch {
    return null
  }
}

class BrokenFile extends Error {
  override readonly name = 'BrokenFile'
}

const SQLITE_CORRUPT = 11
const SQLITE_NOTADB = 26

function isBroken(error: unknown): boolean {
  if (error instanceof BrokenFile) return true
  if (!(error instanceof Error) || !('errcode' in error)) return false
  const primary = Number(error.errcode) & 0xff
  return primary === SQLITE_CORRUPT || primary === SQLITE_NOTADB
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}
