/**
 * SQLite, by node:sqlite, opened read-only.
 *
 * It runs in this thread and cannot be interrupted: the query should be one that an index answers. File events wake
 * it; whether anything was committed is then told by `PRAGMA data_version`, so that an idle file costs no query.
 */
import { type FSWatcher, watch, statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { SourceError } from '../source.ts'
import { type Database, type DatabaseKind, type DatabaseOptions, errorField } from './database.ts'

const SCHEME = 'sqlite:'
/** Milliseconds that a locked file may hold up this thread; past that it is asked again after a pause. */
const BUSY_MS = 5
const BUSY_PAUSE_MS = 25
/** A commit shows a moment after its last write to the file, later where it is synced: looked at again after these. */
const LOOK_AGAIN_MS = [10, 50, 250]

/** Result codes of SQLite (sqlite.org/rescode.html). */
const CODE = { error: 1, busy: 5, locked: 6, readonly: 8, corrupt: 11, cantOpen: 14, auth: 23, notADatabase: 26 }

export const sqlite: DatabaseKind = {
  open: async (options) => {
    const path = resolve(options.url.slice(SCHEME.length).replace(/^\/\/(?=\/)/, ''))
    let file = openFile(path)
    let watcher: FileWatch | null = null
    try {
      watcher = watchFile(path, options.wake, options.lost)
      return {
        async mayHaveChanged() {
          if (file.isReplaced()) {
            file.close()
            file = openFile(path)
          }
          return await whenNotBusy(() => file.mayHaveChanged(), options)
        },
        async run(query, parameters, sink) {
          const { columns, rows } = await whenNotBusy(() => file.run(query, parameters), options)
          sink.columns(columns)
          for (const row of rows) sink.row(row)
        },
        close() {
          watcher?.close()
          file.close()
        },
      } satisfies Database
    } catch (error) {
      watcher?.close()
      file.close()
      throw error
    }
  },

  explain(error) {
    const errcode = Number(errorField(error, 'errcode')) & 0xff
    const said = errorField(error, 'message')
    if (errcode === CODE.cantOpen)
      return new SourceError('network', 'The SQLite file cannot be opened; see whether it is there and may be read.')
    if (errcode === CODE.busy || errcode === CODE.locked) {
      return new SourceError('network', 'The SQLite file stays locked by another program; end its transaction.')
    }
    if (errcode === CODE.corrupt || errcode === CODE.notADatabase) {
      return new SourceError('protocol', `The file is not a sound SQLite database (${said}); restore it.`)
    }
    if (errcode === CODE.error || errcode === CODE.readonly || errcode === CODE.auth) {
      return new SourceError('config', `SQLite refuses the query (${said}); correct it.`)
    }
    return null
  },
}

interface OpenFile {
  /** Another file lies at the path now. @throws SourceError where none does. */
  isReplaced(): boolean
  /** A commit after this look is told at the next one, also where the query has seen it already. */
  mayHaveChanged(): boolean
  run(query: string, parameters: readonly unknown[]): { readonly columns: readonly string[]; readonly rows: readonly unknown[][] }
  close(): void
}

function openFile(path: string): OpenFile {
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
    isReplaced: () => identityOf(path) !== identity,
    mayHaveChanged() {
      const version = prepared('PRAGMA data_version').get()?.['data_version']
      if (version === seenVersion) return false
      seenVersion = version
      return true
    },
    run(query, parameters) {
      const statement = prepared(query)
      statement.setReturnArrays(true)
      statement.setReadBigInts(true)
      const columns = statement.columns().map(({ name }) => name)
      return { columns, rows: statement.all(...(parameters as SQLInputValue[])) as unknown as unknown[][] }
    },
    close() {
      if (database.isOpen) database.close()
    },
  }
}

function identityOf(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  if (!stat) throw new SourceError('network', `There is no SQLite file at ${path}; it is looked for again.`)
  return `${stat.dev}:${stat.ino}`
}

async function whenNotBusy<T>(work: () => T, { timeoutMs, signal }: DatabaseOptions): Promise<T> {
  const untilMs = performance.now() + timeoutMs
  for (;;) {
    try {
      return work()
    } catch (error) {
      const busy = (Number(errorField(error, 'errcode')) & 0xff) === CODE.busy
      if (!busy || performance.now() > untilMs) throw error
    }
    await delay(BUSY_PAUSE_MS, undefined, { signal })
  }
}

interface FileWatch {
  close(): void
}

/** Watches the folder, because the file's -wal and -journal come and go. */
function watchFile(path: string, wake: () => void, lost: (error: unknown) => void): FileWatch {
  const name = basename(path)
  let timer: NodeJS.Timeout | undefined
  const lookAgain = (step: number): void => {
    clearTimeout(timer)
    const ms = LOOK_AGAIN_MS[step]
    if (ms === undefined) return
    timer = setTimeout(() => {
      wake()
      lookAgain(step + 1)
    }, ms)
  }
  const watcher: FSWatcher = watch(dirname(path), (_, changed) => {
    if (changed !== null && !changed.startsWith(name)) return
    wake()
    lookAgain(0)
  })
  watcher.on('error', lost)
  return {
    close() {
      clearTimeout(timer)
      watcher.close()
    },
  }
}
