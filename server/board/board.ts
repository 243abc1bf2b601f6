/**
 * The board: the latest state of every account. Only differences count: what changes nothing wakes nobody.
 *
 * `rev` grows by one with every change of an account; together with `epoch`, the random id of this board's life,
 * it makes the tag by which a client says what it has. Tags are compared with ≠ and never with <: after a restart
 * the epoch differs, and the client gets everything afresh.
 */
import type { Account, AccountError, AccountIds, AccountStatus, Folder, Message } from '../../common/protocol/wire.ts'
import type { Tag } from '../../common/protocol/headers.ts'
import type { Counts } from '../sources/source.ts'

/**
 * A change that somebody tells the board of. With `counts` the source has spoken and the account is `ok` unless
 * `status` says otherwise; without, only its status changes and the last number stays.
 */
export interface Update {
  readonly id: string
  readonly counts?: Counts
  readonly status?: AccountStatus
  readonly error?: AccountError | undefined
  /** Epoch milliseconds of the count; the time of `apply` where it is absent. */
  readonly checkedAtMs?: number
}

/** Accounts that are counted together: one write of the time confirms them all, however many they are. */
export interface Cohort {
  checkedAtMs: number
}

/** An account on the board. Counts and status are replaced, never changed in place, when `rev` grows. */
export interface Entry {
  readonly id: string
  readonly counts: Counts | null
  readonly status: AccountStatus
  readonly error: AccountError | undefined
  /** The board's rev at this account's last change. */
  readonly rev: number
  /** Epoch milliseconds when the source last confirmed the number, or null; moves without a new rev. */
  readonly checkedAtMs: number | null
}

export type BoardListener = (changed: readonly string[]) => void

/** A board as those see it who read it. */
export interface BoardReader {
  readonly epoch: string
  readonly rev: number
  readonly size: number
  get(id: string): Entry | undefined
  entries(ids: AccountIds): Iterable<Entry>
  /** The tag of what `ids` show just now. */
  tag(ids: AccountIds): Tag
  /** True for a tag of this epoch that somebody else has told already, and that this board has yet to hear of. */
  isAhead(tag: Tag): boolean
  /** True for a tag that somebody else may still tell as fresh, while this board hears nothing. */
  isFreshElsewhere(tag: Tag): boolean
  /** Calls `listener` after every change, in the same turn; returns what ends that. */
  subscribe(listener: BoardListener): () => void
}

/** A board of one's own: whoever writes to it makes its revs. */
export interface Board extends BoardReader {
  /**
   * Takes all updates as one change: one call of the listeners. Returns the ids whose visible state changed. With a
   * `cohort`, updates with counts join it, and all who joined it earlier are confirmed as well.
   */
  apply(updates: Iterable<Update>, cohort?: Cohort): readonly string[]
  /** Forgets accounts; whoever looks at them is told. Returns the ids that were there. */
  remove(ids: Iterable<string>): readonly string[]
}

class BoardEntry implements Entry {
  readonly id: string
  counts: Counts | null = null
  status: AccountStatus = 'pending'
  error: AccountError | undefined = undefined
  rev = 0
  cohort: Cohort | null = null

  constructor(id: string) {
    this.id = id
  }

  get checkedAtMs(): number | null {
    return this.cohort?.checkedAtMs ?? null
  }
}

export interface BoardDeps {
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Random, at least 64 bits, of characters that an entity-tag may hold. */
  readonly epoch: string
}

export function createBoard({ now, epoch }: BoardDeps): Board {
  const accounts = new Map<string, BoardEntry>()
  const listeners = new Set<BoardListener>()
  let rev = 0
  let removedAtRev = 0

  function applyOne(update: Update, cohort: Cohort): boolean {
    const { id, counts, error } = update
    const known = accounts.get(id)
    const entry = known ?? new BoardEntry(id)
    if (!known) accounts.set(id, entry)
    const status = update.status ?? (counts ? 'ok' : entry.status)
    const next = counts ?? entry.counts
    if (counts) entry.cohort = update.checkedAtMs === undefined ? cohort : { checkedAtMs: update.checkedAtMs }
    if (known && entry.status === status && sameError(entry.error, error) && sameCounts(entry.counts, next)) return false
    // Whoever is not counted any more is not confirmed with the others.
    if (!counts && entry.cohort) entry.cohort = { ...entry.cohort }
    entry.counts = next
    entry.status = status
    entry.error = error
    entry.rev = ++rev
    return true
  }

  function announce(changed: readonly string[]): void {
    if (changed.length > 0) for (const listener of listeners) listener(changed)
  }

  return {
    epoch,
    get rev() {
      return rev
    },
    get size() {
      return accounts.size
    },
    apply(updates, given) {
      const nowMs = now()
      const cohort = given ?? { checkedAtMs: nowMs }
      const changed: string[] = []
      for (const update of updates) if (applyOne(update, cohort)) changed.push(update.id)
      // Only now, for whoever has just left it keeps the time of before.
      cohort.checkedAtMs = nowMs
      announce(changed)
      return changed
    },
    remove(ids) {
      const removed: string[] = []
      for (const id of ids) if (accounts.delete(id)) removed.push(id)
      if (removed.length > 0) removedAtRev = ++rev
      announce(removed)
      return removed
    },
    get: (id) => accounts.get(id),
    entries: (ids) => (ids === '*' ? accounts.values() : pick(accounts, ids)),
    tag(ids) {
      if (ids === '*') return `${epoch}.${rev}`
      let latest = removedAtRev
      for (const id of ids) latest = Math.max(latest, accounts.get(id)?.rev ?? 0)
      return `${epoch}.${latest}`
    },
    isAhead: () => false,
    isFreshElsewhere: () => false,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** The account as it goes over the wire: what is not known is not there, nor what its reader may not do. */
export function accountOf(entry: Entry, mayAct: boolean): Account {
  const { counts, error } = entry
  return {
    id: entry.id,
    unread: counts ? counts.unread : null,
    ...(counts?.total !== undefined && { total: counts.total }),
    status: entry.status,
    ...(error && { error }),
    checkedAt: entry.checkedAtMs === null ? null : new Date(entry.checkedAtMs).toISOString(),
    ...(counts?.folders && { folders: [...counts.folders] }),
    ...(counts?.latest && { latest: [...counts.latest] }),
    ...(mayAct && counts?.actions && { actions: [...counts.actions] }),
    ...(counts?.notices && { notices: [...counts.notices] }),
    ...(counts?.url !== undefined && { url: counts.url }),
  }
}

export function* pick<T>(map: ReadonlyMap<string, T>, ids: readonly string[]): Iterable<T> {
  for (const id of ids) {
    const value = map.get(id)
    if (value !== undefined) yield value
  }
}

function sameError(a: AccountError | undefined, b: AccountError | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.code === b.code && a.message === b.message)
}

function sameCounts(a: Counts | null, b: Counts | null): boolean {
  if (a === b) return true
  if (a === null || b === null) return false
  return (
    a.unread === b.unread &&
    a.total === b.total &&
    a.url === b.url &&
    sameList(a.folders, b.folders, sameFolder) &&
    sameList(a.latest, b.latest, sameMail) &&
    sameList(a.actions, b.actions, Object.is) &&
    sameList(a.notices, b.notices, Object.is)
  )
}

function sameList<T>(a: readonly T[] | undefined, b: readonly T[] | undefined, same: (x: T, y: T) => boolean): boolean {
  if (a === b) return true
  if (a === undefined || b === undefined || a.length !== b.length) return false
  return a.every((x, i) => {
    const y = b[i]
    return y !== undefined && same(x, y)
  })
}

const sameFolder = (a: Folder, b: Folder): boolean => a.path === b.path && a.role === b.role && a.unread === b.unread && a.total === b.total

const sameMail = (a: Message, b: Message): boolean =>
  a.id === b.id &&
  a.folder === b.folder &&
  a.from === b.from &&
  a.subject === b.subject &&
  a.date === b.date &&
  a.url === b.url &&
  a.messageId === b.messageId
