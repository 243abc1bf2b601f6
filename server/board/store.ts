/**
 * Follows a board and stores the last known counts, so that a restarted server answers at once with what it knew.
 *
 * Counts of sources are written a moment later, and in a full disk, a read-only folder or a broken file they cost a line
 * in the log and the memory over a restart, nothing else: their source has them. Pushed counts are written before they
 * are confirmed, because their sender may never send them again.
 */
import { createLargeMap } from '../platform/large-map.ts'
import { type Defer, deferred, type Schedule } from '../../common/async/clock.ts'
import type { Counts } from '../sources/source.ts'
import type { PushedCounts } from './backend.ts'
import { type Board, isSameCounts } from './board.ts'
import { createStoreFile, type StoredAccount, type StoreFileDeps } from './store-file.ts'

/** The source of accounts that came by PUT: no configured source can have this name. */
export const PUSHED = ''

interface StoreDeps extends Omit<StoreFileDeps, 'onReplaced'> {
  readonly schedule: Schedule
  readonly defer: Defer
}

export type Store = ReturnType<typeof createStore>

const WRITE_AFTER_MS = 1_000
const RETRY_MS = 30_000
/** Accounts per transaction: a few milliseconds, for node:sqlite blocks the thread. */
const SLICE = 100

export function createStore({ schedule, defer, ...fileDeps }: StoreDeps) {
  /** What the file holds, or is about to. */
  const stored = createLargeMap<Counts>()
  /** The sources of those that a source counted: beside them, because an object for each pushed account would take more memory. */
  const sources = createLargeMap<string>()
  const dirty = createLargeMap<true>()
  let followed: { board: Board; sourceOf: (id: string) => string; unsubscribe: () => void } | null = null
  let cancelWrite: (() => void) | null = null
  let isClosed = false
  const file = createStoreFile({
    ...fileDeps,
    onReplaced() {
      for (const id of stored.keys()) dirty.set(id, true)
    },
  })

  const storedSource = (id: string): string => sources.get(id) ?? PUSHED

  function keep(id: string, source: string, counts: Counts | null): void {
    if (counts) stored.set(id, counts)
    else stored.delete(id)
    if (counts && source !== PUSHED) sources.set(id, source)
    else sources.delete(id)
  }

  /** False if the next slice could not be written. */
  function writeSlice(): boolean {
    if (!followed) return false
    const { board, sourceOf } = followed
    const rows = Array.from(Iterator.from(dirty.keys()).take(SLICE), (id) => {
      const { counts = null, checkedAtMs = null } = board.get(id) ?? {}
      return { id, source: sourceOf(id), counts, checkedAtMs: checkedAtMs ?? 0 }
    })
    if (!file.write(rows)) return false
    for (const { id, source, counts } of rows) {
      dirty.delete(id)
      keep(id, source, counts)
    }
    return true
  }

  function isStored({ id, counts }: PushedCounts): boolean {
    return storedSource(id) === PUSHED && !dirty.has(id) && isSameCounts(stored.get(id) ?? null, counts)
  }

  function write(): void {
    cancelWrite = null
    if (isClosed || dirty.size === 0) return
    if (!writeSlice()) return writeIn(RETRY_MS)
    if (dirty.size === 0) return
    // Changes meanwhile begin no second series of slices: each would write in the same turns.
    cancelWrite = () => undefined
    defer(write)
  }

  function writeIn(ms: number): void {
    if (dirty.size > 0) cancelWrite ??= schedule(write, ms)
  }

  return {
    defer,
    /**
     * Calls `take` for each stored account, row by row; for none if there is no file, or none that can be read. What it does
     * not take, so that it returns false, is removed from the file.
     */
    restore(take: (account: StoredAccount) => boolean): void {
      file.read((account) => {
        const { id, source, counts } = account
        if (take(account)) keep(id, source, counts)
        else dirty.set(id, true)
      })
    },
    /** Writes every change of `board` from now on. `sourceOf` names the source that counts an account. */
    follow(board: Board, sourceOf: (id: string) => string): void {
      const unsubscribe = board.subscribe((changed) => {
        for (const id of changed) {
          const counts = board.get(id)?.counts
          // A status is not stored: after a restart everything is stale until its source has reported.
          if (counts ? stored.get(id) !== counts || storedSource(id) !== sourceOf(id) : stored.has(id)) dirty.set(id, true)
        }
        writeIn(WRITE_AFTER_MS)
      })
      followed = { board, sourceOf, unsubscribe }
      writeIn(WRITE_AFTER_MS)
    },
    /**
     * Writes pushed counts, all or none, before they are applied to the board. Returns the epoch milliseconds of these counts,
     * or null if they cannot be written.
     */
    put(accounts: readonly PushedCounts[]): number | null {
      file.checkRemoval()
      const checkedAtMs = fileDeps.now()
      // Of an account that was pushed several times, the last: it may be stored already, and the others not.
      const latest = new Map<string, PushedCounts>()
      for (const account of accounts) latest.set(account.id, account)
      const rows: StoredAccount[] = []
      for (const account of latest.values())
        if (!isStored(account)) rows.push({ id: account.id, counts: account.counts, source: PUSHED, checkedAtMs })
      if (rows.length > 0 && !(followed && file.push(rows))) return null
      for (const { id, counts } of rows) {
        dirty.delete(id)
        keep(id, PUSHED, counts)
      }
      writeIn(WRITE_AFTER_MS)
      return checkedAtMs
    },
    /** Removes a pushed account before it leaves the board. False if that cannot be written. */
    remove(id: string): boolean {
      if (stored.has(id) && !(followed && file.write([{ id, source: PUSHED, counts: null, checkedAtMs: 0 }]))) return false
      keep(id, PUSHED, null)
      dirty.delete(id)
      return true
    },
    /** The stored accounts that a source counted, with its name. */
    counted: (): Iterable<readonly [id: string, sourceName: string]> => sources,
    /** Writes what is not written yet, in slices, and closes the file. */
    async close(): Promise<void> {
      isClosed = true
      cancelWrite?.()
      followed?.unsubscribe()
      file.checkRemoval()
      while (dirty.size > 0 && writeSlice()) if (dirty.size > 0) await deferred(defer)
      file.close()
    },
  }
}
