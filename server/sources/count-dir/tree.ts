/** Reads the directories of all accounts, or of those that changed, and says which counts differ from what was told. */
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AccountId } from '../../../common/protocol/wire.ts'
import { errorCode, isMissing } from '../files/errors.ts'
import { readable } from '../../platform/text.ts'
import { eventsToArrive, UNDECODED } from '../files/watch.ts'
import type { AccountCounts, Report, SourceLog } from '../source.ts'
import { countOf, type DirectoryCount } from './count.ts'
import type { Watches } from './watches.ts'

export interface Tree {
  /** @throws the system's error where the directory of all cannot be read */
  look(all: boolean): Promise<Report>
  /** A directory holds no file or several just now, as while its file is replaced: to be looked at again after `SETTLE_MS`. */
  readonly isUnsure: boolean
}

export interface TreeOptions {
  readonly name: string
  readonly path: string
  readonly watches: Watches
  readonly log: SourceLog
  /** Monotonic milliseconds. */
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<unknown>
  readonly signal: AbortSignal
}

/** A file may be replaced by removing it and making another: for so long, neither is a fault. */
export const SETTLE_MS = 250
/** Directories that are read at the same time; the system does no more at once. */
const AT_ONCE = 4
/** Names that are no account's are told in the log, so many of them. */
const NAMED_MOST = 20

interface Known {
  /** What was told last; null where nothing was, or that it cannot be read. */
  unread: number | null
  wasTold: boolean
  /** Since when there has been no one number; null while there is. */
  unsureSinceMs: number | null
}

export function openTree({ name: sourceName, path, watches, log, now, sleep, signal }: TreeOptions): Tree {
  const accounts = new Map<string, Known>()
  const unsure = new Set<string>()
  const refused = new Set<string>()
  let changed: AccountCounts[] = []
  let unreadable = new Map<string, string>()
  let isFirst = true

  function isAccount(name: string): boolean {
    if (accounts.has(name) || (AccountId.safeParse(name).success && !name.includes(UNDECODED))) return true
    if (refused.size < NAMED_MOST && !refused.has(name)) {
      refused.add(name)
      log.warn({ source: sourceName, directory: readable(name).slice(0, 64) }, 'directory is skipped; its name is no id of an account')
    }
    return false
  }

  async function lookAtAll(): Promise<void> {
    const entries = await readdir(path, { withFileTypes: true })
    // A link is not followed, for it may lead out of the path.
    const there = new Set(entries.filter((entry) => entry.isDirectory() && isAccount(entry.name)).map(({ name }) => name))
    for (const name of accounts.keys()) if (!there.has(name)) drop(name)
    await eachOf(there, (name) => read(name))
  }

  async function lookAt(name: string): Promise<void> {
    if (isAccount(name)) await read(name, async (dir) => (await lstat(dir)).isDirectory())
  }

  async function read(name: string, isDirectory: (dir: string) => Promise<boolean> = () => Promise.resolve(true)): Promise<void> {
    signal.throwIfAborted()
    const dir = join(path, name)
    try {
      if (!(await isDirectory(dir))) return drop(name)
      watches.follow(name)
      take(name, countOf(await readdir(dir)))
    } catch (error) {
      if (isMissing(error)) drop(name)
      else take(name, { problem: `its directory cannot be read (${errorCode(error)})` })
    }
  }

  function take(name: string, count: DirectoryCount): void {
    const known = accounts.get(name) ?? { unread: null, wasTold: false, unsureSinceMs: null }
    accounts.set(name, known)
    if ('unread' in count) {
      unsure.delete(name)
      known.unsureSinceMs = null
      if (known.unread === count.unread) return
      known.unread = count.unread
      known.wasTold = true
      changed.push({ id: name, unread: count.unread })
      return
    }
    known.unsureSinceMs ??= now()
    if (now() - known.unsureSinceMs < SETTLE_MS) return void unsure.add(name)
    unsure.delete(name)
    known.unread = null
    unreadable.set(name, count.problem)
  }

  /** Whoever has no directory any more has no mail. */
  function drop(name: string): void {
    if (accounts.get(name)?.wasTold) changed.push({ id: name, unread: 0 })
    accounts.delete(name)
    unsure.delete(name)
    watches.forget(name)
  }

  return {
    get isUnsure() {
      return unsure.size > 0
    },
    async look(all) {
      changed = []
      unreadable = new Map()
      // A renamed file is two events.
      await eventsToArrive()
      const taken = watches.take()
      if (all || taken === null) await lookAtAll()
      else await eachOf(new Set([...taken, ...unsure]), lookAt)
      if (!isFirst) return { accounts: changed, rest: 'unchanged', unreadable }
      // Whoever is not named now is said to have no mail.
      while (unsure.size > 0) {
        await sleep(SETTLE_MS)
        await eachOf(new Set(unsure), lookAt)
      }
      isFirst = false
      return { accounts: changed, rest: 'gone', unreadable }
    },
  }
}

async function eachOf<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const left = items[Symbol.iterator]()
  async function worker(): Promise<void> {
    for (let next = left.next(); next.done !== true; next = left.next()) await work(next.value)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}
