/** The accounts of a board and its listeners: what boards of every kind have in common. */
import type { ReadonlyLargeMap } from '../platform/large-map.ts'
import type { AccountError, AccountIds, AccountStatus } from '../../common/protocol/wire.ts'
import type { Counts } from '../sources/source.ts'

/** An account on the board. Counts and status are replaced, never changed in place, when `rev` grows. */
export interface Entry {
  readonly id: string
  /** What people call the account; undefined for its id. */
  readonly label: string | undefined
  readonly counts: Counts | null
  /** The length of the counts as JSON; 0 without. */
  readonly countsBytes: number
  readonly status: AccountStatus
  readonly error: AccountError | undefined
  /** The board's rev at this account's last change. */
  readonly rev: number
  /** Epoch milliseconds when the source last confirmed the number, or null; moves without a new rev. */
  readonly checkedAtMs: number | null
}

/** @param isRest the change is one that the call before began with: the board's tag is the same */
export type BoardListener = (changed: readonly string[], isRest: boolean) => void

/** @param accounts the present ones: a replica replaces the map */
export function createEntries<E extends Pick<Entry, 'rev'>>(accounts: () => ReadonlyLargeMap<E>) {
  const listeners = new Set<BoardListener>()

  function* pick(ids: readonly string[]): Iterable<E> {
    for (const id of ids) {
      const entry = accounts().get(id)
      if (entry) yield entry
    }
  }

  return {
    entries: (ids: AccountIds): Iterable<E> => (ids === '*' ? accounts().values() : pick(ids)),
    /** The rev of the last change of one of `ids`, or of a removal. */
    latestRev(ids: readonly string[], removedAtRev: number): number {
      let latest = removedAtRev
      for (const id of ids) latest = Math.max(latest, accounts().get(id)?.rev ?? 0)
      return latest
    },
    announce(changed: readonly string[], isRest = false): void {
      if (changed.length > 0) for (const listener of listeners) listener(changed, isRest)
    },
    subscribe(listener: BoardListener): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
