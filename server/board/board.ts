/**
 * The board: the latest state of every account. Only differences count: an update that changes nothing wakes no poll.
 *
 * `rev` grows by one with every change of an account; together with `epoch`, the random id of this board's life,
 * it makes the tag by which a client says what it has. Tags are compared with ≠ and never with <: after a restart
 * the epoch differs, and the client gets everything afresh.
 */
import type { Account, AccountError, AccountIds, AccountStatus, Folder, Message } from '../../common/protocol/wire.ts'
import type { Tag } from '../../common/protocol/headers.ts'
import type { Counts } from '../sources/source.ts'
import { createLargeMap } from '../platform/large-map.ts'
import { type BoardListener, createEntries, type Entry } from './entries.ts'

/**
 * A change for the board. With `counts` the account is `ok` unless `status` says otherwise; without, only its status
 * changes and the last number stays.
 */
export interface Update {
  readonly id: string
  readonly counts?: Counts
  readonly status?: AccountStatus
  readonly error?: AccountError | undefined
  /** Epoch milliseconds of the count; the time of `apply` if it is absent. */
  readonly checkedAtMs?: number
}

/** Accounts that are counted together: one write of the time confirms them all, however many they are. */
export interface Cohort {
  checkedAtMs: number
}

export interface BoardReader {
  readonly epoch: string
  readonly rev: number
  readonly size: number
  get(id: string): Entry | undefined
  entries(ids: AccountIds): Iterable<Entry>
  /** The tag of the present state of `ids`. */
  tag(ids: AccountIds): Tag
  /** Of a shared board: true for the tag of a state that another machine has answered with and this one has yet to receive. */
  isAhead(tag: Tag): boolean
  /** Of a shared board: true, while this machine is offline, for a tag that a connected machine may still consider current. */
  mayBeCurrentElsewhere(tag: Tag): boolean
  /**
   * Calls `listener` after every change, in the same turn; returns what ends that. When a shared board is replaced as a whole,
   * the calls follow in slices, the first one in the same turn.
   */
  subscribe(listener: BoardListener): () => void
}

/** A board that makes its own revs. */
export interface Board extends BoardReader {
  /**
   * Applies all updates as one change: one call of the listeners. Returns the ids whose visible state changed. With a
   * `cohort`, updates with counts join it, and all accounts that joined it earlier are confirmed as well.
   */
  apply(updates: Iterable<Update>, cohort?: Cohort): readonly string[]
  /** Forgets accounts; the listeners are called. Returns the ids that were there. */
  remove(ids: Iterable<string>): readonly string[]
  /** What people call the accounts, by their ids, now and from now on; the listeners are called. */
  setLabels(labels: ReadonlyMap<string, string>): void
}

class BoardEntry implements Entry {
  readonly id: string
  label: string | undefined
  counts: Counts | null = null
  status: AccountStatus = 'pending'
  error: AccountError | undefined = undefined
  rev = 0
  /** The accounts that are confirmed with it, or the time of its own. */
  checked: Cohort | number | null = null

  constructor(id: string, label: string | undefined) {
    this.id = id
    this.label = label
  }

  get checkedAtMs(): number | null {
    return this.checked === null || typeof this.checked === 'number' ? this.checked : this.checked.checkedAtMs
  }

  get countsBytes(): number {
    return this.counts ? bytesOf(this.counts) : 0
  }
}

/**
 * @param epoch random, at least 64 bits, of characters that an entity-tag may hold
 * @param now epoch milliseconds
 */
export function createBoard(epoch: string, now: () => number): Board {
  const accounts = createLargeMap<BoardEntry>()
  const { entries, latestRev, announce, subscribe } = createEntries(() => accounts)
  let rev = 0
  let removedAtRev = 0
  let labels: ReadonlyMap<string, string> = new Map()

  /** The board's own text of the id if the visible state changed: a look-up by the same text compares no characters. */
  function applyOne(update: Update, cohort: Cohort): string | null {
    const { id, counts, error } = update
    const known = accounts.get(id)
    const entry = known ?? new BoardEntry(id, labels.get(id))
    if (!known) accounts.set(id, entry)
    const status = update.status ?? (counts ? 'ok' : entry.status)
    const next = counts ?? entry.counts
    if (counts) entry.checked = update.checkedAtMs ?? cohort
    if (known && entry.status === status && isSameError(entry.error, error) && isSameCounts(entry.counts, next)) return null
    // An account that is not counted any more is not confirmed with the others.
    if (!counts) entry.checked = entry.checkedAtMs
    entry.counts = next
    entry.status = status
    entry.error = error
    entry.rev = ++rev
    return entry.id
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
      for (const update of updates) {
        const id = applyOne(update, cohort)
        if (id !== null) changed.push(id)
      }
      // Only now: an account that has just left the cohort keeps the time of before.
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
    setLabels(next) {
      const changed: string[] = []
      for (const id of new Set([...labels.keys(), ...next.keys()])) {
        const entry = accounts.get(id)
        if (!entry || entry.label === next.get(id)) continue
        entry.label = next.get(id)
        entry.rev = ++rev
        changed.push(id)
      }
      labels = next
      announce(changed)
    },
    get: (id) => accounts.get(id),
    entries,
    tag: (ids) => `${epoch}.${ids === '*' ? rev : latestRev(ids, removedAtRev)}`,
    isAhead: () => false,
    mayBeCurrentElsewhere: () => false,
    subscribe,
  }
}

/** Most counts are: without a schema or a serializer they cost a fifth. */
export function isNumberAlone(counts: Counts): boolean {
  for (const key in counts) if (key !== 'unread') return false
  return true
}

/** As JSON. */
export const jsonOf = (counts: Counts): string => (isNumberAlone(counts) ? `{"unread":${counts.unread}}` : JSON.stringify(counts))

export const bytesOf = (counts: Counts): number => jsonOf(counts).length

const isoTimeOf = (ms: number): string => new Date(ms).toISOString()

/**
 * The account as the wire has it: without what is not known, and without the actions that its reader may not do.
 * @param timeOf formats epoch milliseconds
 */
export function accountOf(entry: Entry, mayAct: boolean, timeOf = isoTimeOf): Account {
  const { counts, error } = entry
  return {
    id: entry.id,
    label: entry.label,
    unread: counts ? counts.unread : null,
    total: counts?.total,
    status: entry.status,
    error,
    checkedAt: entry.checkedAtMs === null ? null : timeOf(entry.checkedAtMs),
    folders: counts?.folders && [...counts.folders],
    latest: counts?.latest && [...counts.latest],
    actions: mayAct && counts?.actions ? [...counts.actions] : undefined,
    notices: counts?.notices && [...counts.notices],
    url: counts?.url,
  }
}

const FOLDER_FIELDS = ['path', 'role', 'unread', 'total', 'status'] as const satisfies (keyof Folder)[]
const MESSAGE_FIELDS = ['id', 'folder', 'from', 'subject', 'date', 'url', 'messageId'] as const satisfies (keyof Message)[]

function isSameError(a: AccountError | undefined, b: AccountError | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.code === b.code && a.message === b.message)
}

export function isSameCounts(a: Counts | null, b: Counts | null): boolean {
  if (a === b) return true
  if (a === null || b === null) return false
  return (
    a.unread === b.unread &&
    a.total === b.total &&
    a.url === b.url &&
    isSameList(a.folders, b.folders, (x, y) => FOLDER_FIELDS.every((field) => x[field] === y[field])) &&
    isSameList(a.latest, b.latest, (x, y) => MESSAGE_FIELDS.every((field) => x[field] === y[field])) &&
    isSameList(a.actions, b.actions, Object.is) &&
    isSameList(a.notices, b.notices, Object.is)
  )
}

function isSameList<T>(a: readonly T[] | undefined, b: readonly T[] | undefined, isSame: (x: T, y: T) => boolean): boolean {
  if (a === b) return true
  return a?.length === b?.length && a?.every((x, i) => b?.[i] !== undefined && isSame(x, b[i])) === true
}
