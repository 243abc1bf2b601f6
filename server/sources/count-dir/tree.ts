/** Reads the directories of all accounts, or of those that changed, and reports the counts that differ. */
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AccountId } from '../../../common/protocol/wire.ts'
import { errorCodeOf } from '../../../common/errors.ts'
import { readable } from '../../platform/text.ts'
import { isMissing } from '../lib/files/errors.ts'
import { eventsToArrive, UNDECODED } from '../lib/files/watch.ts'
import type { AccountCounts, Report } from '../source.ts'
import { countOf, type DirectoryCount } from './count.ts'
import type { Watches } from './watches.ts'

export type Tree = ReturnType<typeof openTree>

interface TreeOptions {
  readonly path: string
  readonly watches: Watches
  /** Monotonic milliseconds. */
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<unknown>
  readonly signal: AbortSignal
}

/** A file may be replaced by deleting it and creating another: for this long, neither state is an error. */
export const SETTLE_MS = 250
/** Directories that are read at the same time; the system does no more in parallel. */
const CONCURRENCY = 4
/** Directories of one read that are named although they are no account's. */
const MAX_SKIPPED = 20

interface KnownAccount {
  /** The last reported count; null where there is none, or where the directory is unreadable. */
  unread: number | null
  wasReported: boolean
  /** Since when there has been no one count; null while there is. */
  unsettledSinceMs: number | null
}

export function openTree({ path, watches, now, sleep, signal }: TreeOptions) {
  const accounts = new Map<string, KnownAccount>()
  const unsettled = new Set<string>()
  let changed: AccountCounts[] = []
  let unreadable = new Map<string, string>()
  let skipped = new Map<string, string>()
  let isFirst = true

  function isAccount(name: string): boolean {
    if (accounts.has(name) || (AccountId.safeParse(name).success && !name.includes(UNDECODED))) return true
    if (skipped.size < MAX_SKIPPED) skipped.set(readable(name).slice(0, 64), 'the name of its directory is no id of an account')
    return false
  }

  async function readAll(): Promise<void> {
    const entries = await readdir(path, { withFileTypes: true })
    // A link is not followed: it may lead out of the path.
    const present = new Set(entries.filter((entry) => entry.isDirectory() && isAccount(entry.name)).map(({ name }) => name))
    for (const name of accounts.keys()) if (!present.has(name)) remove(name)
    await forEachConcurrently(present, (name) => readDirectory(name))
  }

  const readChanged = async (name: string): Promise<void> => {
    if (isAccount(name)) await readDirectory(name, false)
  }

  async function readDirectory(name: string, isDirectory = true): Promise<void> {
    signal.throwIfAborted()
    const dir = join(path, name)
    try {
      if (!isDirectory && !(await lstat(dir)).isDirectory()) return remove(name)
      watches.add(name)
      apply(name, countOf(await readdir(dir)))
    } catch (error) {
      if (isMissing(error)) remove(name)
      else apply(name, { reason: `its directory is unreadable (${errorCodeOf(error)})` })
    }
  }

  function apply(name: string, count: DirectoryCount): void {
    const known = accounts.get(name) ?? { unread: null, wasReported: false, unsettledSinceMs: null }
    accounts.set(name, known)
    if ('unread' in count) {
      unsettled.delete(name)
      known.unsettledSinceMs = null
      if (known.unread === count.unread) return
      known.unread = count.unread
      known.wasReported = true
      changed.push({ id: name, unread: count.unread })
      return
    }
    known.unsettledSinceMs ??= now()
    if (now() - known.unsettledSinceMs < SETTLE_MS) return void unsettled.add(name)
    unsettled.delete(name)
    known.unread = null
    known.wasReported = true
    unreadable.set(name, count.reason)
  }

  /** An account without a directory has no unread messages. */
  function remove(name: string): void {
    if (accounts.get(name)?.wasReported) changed.push({ id: name, unread: 0 })
    accounts.delete(name)
    unsettled.delete(name)
    watches.remove(name)
  }

  return {
    /** Whether a directory has no file or several, as while its file is replaced: to be read again after `SETTLE_MS`. */
    get isUnsettled() {
      return unsettled.size > 0
    },
    /** @throws the system's error where the directory of all accounts is unreadable */
    async read(all: boolean): Promise<Report> {
      changed = []
      unreadable = new Map()
      skipped = new Map()
      // A renamed file is two events.
      await eventsToArrive()
      const names = watches.takeChanges()
      if (all || names === null) await readAll()
      else await forEachConcurrently(new Set([...names, ...unsettled]), readChanged)
      if (!isFirst) return { accounts: changed, rest: 'unchanged', unreadable, skipped }
      // The first report is complete: it gives an account that it does not name the count 0.
      while (unsettled.size > 0) {
        await sleep(SETTLE_MS)
        await forEachConcurrently(new Set(unsettled), readChanged)
      }
      isFirst = false
      return { accounts: changed, rest: 'gone', unreadable, skipped }
    },
  }
}

async function forEachConcurrently<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const remaining = items[Symbol.iterator]()
  async function worker(): Promise<void> {
    for (let next = remaining.next(); next.done !== true; next = remaining.next()) await work(next.value)
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, worker))
}
