/**
 * SQLite, with node:sqlite, opened read-only. It blocks its process while it searches for a row, so the process that reads
 * has nothing else to do, and is ended from outside at the time limit.
 *
 * File events wake the source; `PRAGMA data_version` then tells whether anything was committed, so that an idle file costs
 * no query.
 */
import { statSync, watch } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { SourceError } from '../source.ts'
import { type Database, type DatabaseKind, type DatabaseOptions, errorField } from './database.ts'
import { createRowEncoder } from './row-bytes.ts'

const SCHEME = 'sqlite:'
/** Milliseconds that a locked file may block this thread; after them, the query is retried after a pause. */
const BUSY_MS = 5
const BUSY_PAUSE_MS = 25
const ROWS_PER_CHECK = 1_024
/** A commit is visible a moment after its last write, later where it is synced: delays of further polls. */
const POLL_AGAIN_MS = [10, 50, 250]

/** Result codes of SQLite (sqlite.org/rescode.html). */
const CODE = { error: 1, busy: 5, locked: 6, readonly: 8, corrupt: 11, cantOpen: 14, auth: 23, notADatabase: 26 }

export const sqlite: DatabaseKind = {
  open: async (options) => {
    const path = resolve(options.url.slice(SCHEME.length).replace(/^\/\/(?=\/)/, ''))
    let file = openFile(path)
    let stopWatch: (() => void) | null = null
    try {
      stopWatch = watchFile(path, options)
      return {
        async mayHaveChanged() {
          if (file.isReplaced()) {
            file.close()
            file = openFile(path)
          }
          return await whenNotBusy(() => file.mayHaveChanged(), options)
        },
        async run(query, parameters, sink) {
          const endMs = performance.now() + options.timeoutMs
          // A locked file refuses the first row.
          const { columns, rows, first } = await whenNotBusy(() => file.run(query, parameters), options)
          sink.columns(columns)
          const encode = createRowEncoder(sink.row)
          try {
            for (let row = first, count = 0; row.done !== true; row = rows.next(), count += 1) {
              encode(row.value)
              if (count % ROWS_PER_CHECK === ROWS_PER_CHECK - 1 && performance.now() > endMs) throw late(options.timeoutMs)
            }
          } finally {
            rows.return?.()
          }
        },
        async scalar(query) {
          const { rows, first } = await whenNotBusy(() => file.run(query, []), options)
          rows.return?.()
          return first.done === true ? null : (first.value[0] ?? null)
        },
        close() {
          stopWatch?.()
          file.close()
        },
      } satisfies Database
    } catch (error) {
      stopWatch?.()
      file.close()
      throw error
    }
  },

  explain(error) {
    const errcode = Number(errorField(error, 'errcode')) & 0xff
    const text = errorField(error, 'message')
    if (errcode === CODE.cantOpen)
      return new SourceError('network', 'The SQLite file cannot be opened; see whether it is there and may be read.')
    if (errcode === CODE.busy || errcode === CODE.locked) {
      return new SourceError('network', 'Another program keeps the SQLite file locked; end its transaction.')
    }
    if (errcode === CODE.corrupt || errcode === CODE.notADatabase) {
      return new SourceError('protocol', `The file is not a valid SQLite database (${text}); restore it.`)
    }
    if (errcode === CODE.error || errcode === CODE.readonly || errcode === CODE.auth) {
      return new SourceError('config', `SQLite refuses the query (${text}); correct it.`)
    }
    return null
  },
}

function openFile(path: string) {
  const identity = identityOf(path)
  const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS })
  const statements = new Map<string, StatementSync>()
  let seenVersion: unknown = null

  function prepared(query: string): StatementSync {
    const known = statements.get(query)
    if (known) return known
    const statement = database.prepare(query)
    statements.set(query, statement)
    return statement
  }

  return {
    /** Whether another file is at the path now. @throws SourceError where none is */
    isReplaced: () => identityOf(path) !== identity,
    /** Whether anything was committed since the previous call. */
    mayHaveChanged() {
      const version = prepared('PRAGMA data_version').get()?.['data_version']
      if (version === seenVersion) return false
      seenVersion = version
      return true
    },
    run(query: string, parameters: readonly unknown[]) {
      const statement = prepared(query)
      statement.setReturnArrays(true)
      statement.setReadBigInts(true)
      const columns = statement.columns().map(({ name }) => name)
      const rows = statement.iterate(...(parameters as SQLInputValue[])) as unknown as Iterator<unknown[]>
      return { columns, rows, first: rows.next() }
    },
    close() {
      if (database.isOpen) database.close()
    },
  }
}

const late = (timeoutMs: number): SourceError =>
  new SourceError('network', `The query did not finish within ${timeoutMs / 1_000} s; let it give fewer rows, or raise timeout.`)

function identityOf(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  if (!stat) throw new SourceError('network', `There is no SQLite file at ${path}; retrying.`)
  return `${stat.dev}:${stat.ino}`
}

async function whenNotBusy<T>(work: () => T, { timeoutMs, signal }: DatabaseOptions): Promise<T> {
  const endMs = performance.now() + timeoutMs
  for (;;) {
    try {
      return work()
    } catch (error) {
      const busy = (Number(errorField(error, 'errcode')) & 0xff) === CODE.busy
      if (!busy || performance.now() > endMs) throw error
    }
    await delay(BUSY_PAUSE_MS, undefined, { signal })
  }
}

/** Watches the folder, because the -wal and -journal of the file come and go. Returns what stops it. */
function watchFile(path: string, { wake, onLost }: DatabaseOptions): () => void {
  const name = basename(path)
  let timer: NodeJS.Timeout | undefined
  const pollAgain = (step: number): void => {
    clearTimeout(timer)
    const ms = POLL_AGAIN_MS[step]
    if (ms === undefined) return
    timer = setTimeout(() => {
      wake()
      pollAgain(step + 1)
    }, ms)
  }
  const watcher = watch(dirname(path), (_, changed) => {
    if (changed !== null && !changed.startsWith(name)) return
    wake()
    pollAgain(0)
  })
  watcher.on('error', onLost)
  return () => {
    clearTimeout(timer)
    watcher.close()
  }
}
