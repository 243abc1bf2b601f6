/**
 * The file of the last known counts, `counts.sqlite`. A broken file is moved aside, and a new one begun. What was pushed last
 * is in a file beside it, which is emptied before anything else is written here, so that its lines are always the newest.
 */
import { closeSync, existsSync, openSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { DATA_FILES } from '../../common/protocol/data-files.ts'
import { AccountId, PutAccount } from '../../common/protocol/wire.ts'
import { isBroken } from '../platform/database-schema.ts'
import type { Logger } from '../platform/log.ts'
import { createRemovalCheck } from '../platform/removal.ts'
import type { Counts } from '../sources/source.ts'
import type { PushedCounts } from './backend.ts'
import { jsonOf } from './board.ts'
import { openPrivately, prepareCounts, writeRows } from './counts-database.ts'
import { openRecentCounts, type WrittenAccount } from './recent-counts.ts'

/** `source` is the name of the source that counted it, or PUSHED. */
export interface StoredAccount extends PushedCounts {
  readonly source: string
  readonly checkedAtMs: number
}

/** An account to write; without counts, one to remove. */
type Row = Omit<StoredAccount, 'counts'> & { readonly counts: Counts | null }

export interface StoreFileDeps {
  readonly dataDir: string
  readonly log: Logger
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Called when a file that is broken or gone is replaced: it must be rewritten. */
  readonly onReplaced: () => void
  readonly open?: (path: string) => DatabaseSync
}

/** The fields that a PUT may have; what else a source reports is not stored. */
const StoredCounts = z.object(PutAccount.shape).omit({ validFor: true })
const StoredRow = z.object({ id: AccountId, source: z.string(), counts: z.string(), checked_at: z.int() })
const RecentLine = z.object({ id: AccountId, source: z.string(), counts: StoredCounts, checkedAtMs: z.int() })

export function createStoreFile({ dataDir, log, now, onReplaced, open = openPrivately }: StoreFileDeps) {
  const path = join(dataDir, DATA_FILES.counts)
  let files: ReturnType<typeof openFiles> | null = null
  let isFailing = false

  /** Runs `work` on the file, on a new one if it is broken or gone; an error is logged once, until it works again. */
  function attempt<T>(work: (opened: ReturnType<typeof openFiles>) => T): T | null {
    try {
      let result: T
      try {
        result = work((files ??= openFiles()))
      } catch (error) {
        if (!isBroken(error)) throw error
        moveAside(error)
        result = work((files ??= openFiles()))
      }
      if (isFailing) log.info({ file: path }, 'the known counts are stored again')
      isFailing = false
      return result
    } catch (error) {
      if (!isFailing)
        log.error({ file: path, err: error }, 'the known counts cannot be stored; free disk space, or make the data directory writable')
      isFailing = true
      close()
      return null
    }
  }

  /**
   * On a full disk SQLite cannot make the file in which processes share the index of the log; a process that is alone does
   * without it. What was stored can be read, and the next write that fails closes the file again.
   */
  function openStatements(): ReturnType<typeof prepareCounts> {
    try {
      return prepareCounts(open(path), 'NORMAL')
    } catch (error) {
      if (isBroken(error)) throw error
      return prepareCounts(open(path), 'EXCLUSIVE')
    }
  }

  function openFiles() {
    const statements = openStatements()
    // SQLite does not say that its file was removed. Closed after the database, whose locks end with any descriptor of the file.
    const watched = openSync(path, 'r')
    const closeDatabase = (): void => {
      statements.database.close()
      closeSync(watched)
    }
    try {
      const recent = openRecentCounts(join(dataDir, DATA_FILES.recentCounts), recentFrom)
      const isDatabaseRemoved = createRemovalCheck(watched)
      const opened = { ...statements, recent, closeDatabase, isRemoved: () => recent.isRemoved() || isDatabaseRemoved() }
      moveOnOpen(opened)
      return opened
    } catch (error) {
      closeDatabase()
      throw error
    }
  }

  /** Begins new files if the present ones were removed. */
  function checkRemoval(): void {
    if (!files?.isRemoved()) return
    log.error({ file: path }, 'the file of known counts was removed while the server runs; it is written again')
    close()
    onReplaced()
  }

  function moveAside(error: unknown): void {
    close()
    const aside = `${path}.broken-${now()}`
    for (const suffix of ['', '-wal', '-shm']) if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix)
    log.error({ file: path, movedTo: aside, err: error }, 'the file of known counts is broken; it was moved aside and a new one begun')
    onReplaced()
  }

  function close(): void {
    try {
      files?.recent.close()
      files?.closeDatabase()
    } catch {
      // The next attempt reopens them.
    }
    files = null
  }

  return {
    checkRemoval,
    /** Calls `take` for each account that is valid. */
    read(take: (account: StoredAccount) => void): void {
      attempt(({ select, recent }) => {
        for (const row of select.iterate()) {
          const account = accountFrom(row)
          if (account && !recent.latest.has(account.id)) take(account)
        }
        for (const { checkedAtMs, ...row } of recent.latest.values()) {
          const account = accountFrom({ ...row, checked_at: checkedAtMs })
          if (account) take(account)
        }
      })
    },
    /** Writes all rows in one transaction; false if they could not be written. */
    write(rows: readonly Row[]): boolean {
      checkRemoval()
      const done = attempt((opened) => {
        moveRecent(opened)
        writeRows(
          opened,
          rows.map((row) => ({ ...row, counts: row.counts && jsonOf(row.counts) })),
        )
        return true
      })
      return done === true
    },
    /** Writes pushed counts, all or none, after `checkRemoval`; false if they could not be written. */
    push(accounts: readonly StoredAccount[]): boolean {
      const written = accounts.map(asWritten)
      const done = attempt((opened) => {
        if (opened.recent.append(written)) return true
        moveRecent(opened)
        writeRows(opened, written)
        return true
      })
      return done === true
    },
    close(): void {
      if (files) attempt(moveRecent)
      close()
    },
  }
}

function asWritten({ id, source, counts, checkedAtMs }: StoredAccount): WrittenAccount {
  return { id, source, counts: jsonOf(counts), checkedAtMs }
}

/** Moves what was pushed last to the rows. */
function moveRecent({ recent, ...statements }: ReturnType<typeof prepareCounts> & { recent: ReturnType<typeof openRecentCounts> }): void {
  if (recent.isEmpty) return
  writeRows(statements, recent.latest.values())
  recent.clear()
}

/** On a full disk the lines stay, and `read` adds them. */
function moveOnOpen(opened: Parameters<typeof moveRecent>[0]): void {
  try {
    moveRecent(opened)
  } catch (error) {
    if (isBroken(error)) throw error
  }
}

/** Null if it is not valid. */
function recentFrom(line: unknown): WrittenAccount | null {
  const parsed = RecentLine.safeParse(line)
  return parsed.success ? asWritten(parsed.data) : null
}

/** A row as an account; null if it is not valid: the account is then counted again. */
function accountFrom(row: unknown): StoredAccount | null {
  try {
    const { id, source, counts, checked_at: checkedAtMs } = StoredRow.parse(row)
    return { id, source, counts: StoredCounts.parse(JSON.parse(counts)), checkedAtMs }
  } catch {
    return null
  }
}
