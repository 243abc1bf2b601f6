/**
 * A replica: the board that several machines share, as one of them has received it. Revs are made where the board is
 * shared; here changes are applied in their order, so that a tag means the same at every machine.
 *
 * While it receives nothing it must not answer as if all were fresh: it then has another epoch, in which what was `ok` is
 * `stale`, and its listeners are called. That epoch is the same for all machines that are offline, so that a client that
 * polls another one each time is not answered over and over. Once the replica has caught up, it is in the shared epoch again.
 */
import type { Tag } from '../../../common/protocol/headers.ts'
import type { AccountError, AccountIds, AccountStatus } from '../../../common/protocol/wire.ts'
import type { Counts } from '../../sources/source.ts'
import { createEntries, type Entry } from '../entries.ts'
import { isLaterEpoch, parseTag } from './epochs.ts'

/** What every client sees of an account, but for the time of its last check. */
export type SharedState = Pick<Entry, 'counts' | 'status' | 'error'>

/** When an account was counted last, and until when a pushed number is valid. */
export interface Check {
  /** Epoch milliseconds. */
  readonly checkedAtMs: number | null
  /** `untilMs` is on the clock of Redis. */
  readonly validity?: { readonly untilMs: number; readonly seconds: number } | undefined
}

export interface SharedAccount extends Check {
  readonly id: string
  /** The shared board's rev at this account's last change. */
  readonly rev: number
  /** The name of the source that counts it; empty if it came by PUT. */
  readonly source: string
  readonly state: SharedState
}

/** One change of the shared board, from the rev `before` to the rev `after`. */
export interface SharedChange {
  readonly epoch: string
  readonly before: number
  readonly after: number
  readonly accounts: readonly SharedAccount[]
  readonly removed: readonly string[]
}

const OFFLINE: AccountError = {
  code: 'network',
  message: 'The shared board does not work at the moment; the number may be old.',
}
const OFFLINE_SUFFIX = '~offline'

/** @param firstEpoch random; that of the time before the first resync */
export function createReplica(firstEpoch: string) {
  const { accounts, entries, latestRev, announce, subscribe } = createEntries<ReplicaEntry>()
  const feed: Feed = { isFresh: false, confirmed: new Map() }
  let sharedEpoch: string | null = null
  let rev = 0
  let removedAtRev = 0
  /** During a resync, which calls the listeners afterwards. */
  let isQuiet = false

  const presentEpoch = (): string => (sharedEpoch === null ? firstEpoch : feed.isFresh ? sharedEpoch : sharedEpoch + OFFLINE_SUFFIX)

  return {
    get epoch() {
      return presentEpoch()
    },
    /** The epoch of its content; null before the first resync. */
    get sharedEpoch() {
      return sharedEpoch
    },
    /** True while it receives every change. */
    get isFresh() {
      return feed.isFresh
    },
    get rev() {
      return rev
    },
    get size() {
      return accounts.size
    },
    /**
     * Applies a change; one that it has already is skipped. `gap`: the change is not the next one, or of another epoch,
     * and nothing was applied.
     */
    apply(change: SharedChange): 'applied' | 'gap' {
      if (!feed.isFresh || change.epoch !== sharedEpoch) return 'gap'
      if (change.after <= rev) return 'applied'
      if (change.before !== rev) return 'gap'
      const changed: string[] = []
      for (const account of change.accounts) {
        const known = accounts.get(account.id)
        if (known && known.rev >= account.rev) continue
        accounts.set(account.id, new ReplicaEntry(account, feed))
        changed.push(account.id)
      }
      for (const id of change.removed) if ((accounts.get(id)?.rev ?? Infinity) <= change.after && accounts.delete(id)) changed.push(id)
      if (change.removed.length > 0) removedAtRev = change.after
      rev = change.after
      if (!isQuiet) announce(changed)
      return 'applied'
    },
    /**
     * Replaces everything, and is fresh from then on. Single accounts may be newer than `rev`: `applyRest` applies the changes
     * up to them. Listeners are called once: a state in between has no tag.
     */
    resync(
      board: Pick<SharedChange, 'epoch' | 'accounts'> & { readonly rev: number; readonly removedAtRev: number },
      applyRest = () => {},
    ): void {
      const isSameEpoch = presentEpoch() === board.epoch
      const before = new Map(accounts)
      accounts.clear()
      for (const account of board.accounts) accounts.set(account.id, new ReplicaEntry(account, feed))
      sharedEpoch = board.epoch
      rev = board.rev
      removedAtRev = board.removedAtRev
      feed.isFresh = true
      isQuiet = true
      applyRest()
      isQuiet = false
      const changed = Array.from(accounts.keys()).filter((id) => !isSameEpoch || before.get(id)?.rev !== accounts.get(id)?.rev)
      for (const id of before.keys()) if (!accounts.has(id)) changed.push(id)
      announce(changed)
    },
    /** It receives nothing any more. */
    disconnect(): void {
      if (!feed.isFresh) return
      feed.isFresh = false
      announce([...accounts.keys()])
    },
    /** Single accounts were counted again, and have not changed. */
    check(checks: Iterable<readonly [id: string, check: Check]>): void {
      for (const [id, check] of checks) {
        const entry = accounts.get(id)
        if (entry) entry.account = { ...entry.account, ...check }
      }
    },
    /** Sources have counted all their `ok` accounts again, and nothing has changed. */
    confirm(times: Iterable<readonly [source: string, atMs: number]>): void {
      for (const [source, atMs] of times) feed.confirmed.set(source, atMs)
    },
    shared: (id: string) => accounts.get(id)?.account,
    *all(): Iterable<SharedAccount> {
      for (const { account } of accounts.values()) yield account
    },
    /** The accounts that a source of this name counts. */
    *idsOf(source: string): Iterable<string> {
      for (const { id, account } of accounts.values()) if (account.source === source) yield id
    },
    get: (id: string): Entry | undefined => accounts.get(id),
    entries: (ids: AccountIds): Iterable<Entry> => entries(ids),
    tag: (ids: AccountIds): Tag => `${presentEpoch()}.${ids === '*' ? rev : latestRev(ids, removedAtRev)}`,
    isAhead(tag: Tag): boolean {
      const { epoch, rev: tagRev } = parseTag(tag)
      if (epoch === presentEpoch()) return tagRev > rev
      return feed.isFresh && sharedEpoch !== null && isLaterEpoch(epoch, sharedEpoch)
    },
    mayBeCurrentElsewhere: (tag: Tag): boolean => !feed.isFresh && sharedEpoch !== null && parseTag(tag).epoch === sharedEpoch,
    subscribe,
  }
}

/** What all entries of a replica have in common; one object for all of them. */
interface Feed {
  isFresh: boolean
  /** When each source last counted all its accounts, in epoch milliseconds. */
  readonly confirmed: Map<string, number>
}

class ReplicaEntry implements Entry {
  account: SharedAccount
  readonly #feed: Feed

  constructor(account: SharedAccount, feed: Feed) {
    this.account = account
    this.#feed = feed
  }

  get id(): string {
    return this.account.id
  }

  get rev(): number {
    return this.account.rev
  }

  get counts(): Counts | null {
    return this.account.state.counts
  }

  get status(): AccountStatus {
    const { status } = this.account.state
    return status === 'ok' && !this.#feed.isFresh ? 'stale' : status
  }

  get error(): AccountError | undefined {
    const { status, error } = this.account.state
    return status === 'ok' && !this.#feed.isFresh ? OFFLINE : error
  }

  get checkedAtMs(): number | null {
    const { source, checkedAtMs, state } = this.account
    const confirmed = state.status === 'ok' ? this.#feed.confirmed.get(source) : undefined
    return confirmed === undefined ? checkedAtMs : Math.max(confirmed, checkedAtMs ?? 0)
  }
}
