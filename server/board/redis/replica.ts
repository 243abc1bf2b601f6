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
import { type Check, countsOf, type SharedAccount } from './account.ts'
import { isLaterEpoch, parseTag } from './epochs.ts'

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
  const { accounts, entries, latestRev, announce, subscribe } = createEntries<SharedAccount>()
  /** The names of sources, each once: a source may count all accounts. */
  const sources = new Map<string, string>()
  const feed: Feed = { isFresh: false, confirmed: new Map() }
  let sharedEpoch: string | null = null
  let rev = 0
  let removedAtRev = 0
  /** During a resync, which calls the listeners afterwards. */
  let isQuiet = false
  /** Of the `ok` accounts: those that a source counts, and those whose validity ends. A walk over all would take too long for each heartbeat. */
  const ok = { fromSource: 0, expiring: 0 }

  function tally({ source, validity, status }: SharedAccount, by: 1 | -1): void {
    if (status !== 'ok') return
    if (source !== '') ok.fromSource += by
    if (validity) ok.expiring += by
  }

  function remove(id: string): boolean {
    const known = accounts.get(id)
    if (known) tally(known, -1)
    return accounts.delete(id)
  }

  /** @param known what it replaces */
  function keep(account: SharedAccount, known?: SharedAccount): void {
    if (known) tally(known, -1)
    tally(account, 1)
    const source = sources.get(account.source) ?? account.source
    sources.set(source, source)
    accounts.set(account.id, source === '' ? account : { ...account, source })
  }

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
    /** Accounts that a source counts and whose status is `ok`. */
    get okFromSource() {
      return ok.fromSource
    },
    /** Pushed accounts that are `ok` until their validity ends. */
    get okExpiring() {
      return ok.expiring
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
        keep(account, known)
        changed.push(account.id)
      }
      for (const id of change.removed) if ((accounts.get(id)?.rev ?? Infinity) <= change.after && remove(id)) changed.push(id)
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
      Object.assign(ok, { fromSource: 0, expiring: 0 })
      for (const account of board.accounts) keep(account)
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
        const account = accounts.get(id)
        if (account) keep({ ...account, ...check }, account)
      }
    },
    /** Sources have counted all their `ok` accounts again, and nothing has changed. */
    confirm(times: Iterable<readonly [source: string, atMs: number]>): void {
      for (const [source, atMs] of times) feed.confirmed.set(source, atMs)
    },
    shared: (id: string): SharedAccount | undefined => accounts.get(id),
    all: (): Iterable<SharedAccount> => accounts.values(),
    /** The accounts that a source of this name counts. */
    *idsOf(source: string): Iterable<string> {
      for (const account of accounts.values()) if (account.source === source) yield account.id
    },
    get(id: string): Entry | undefined {
      const account = accounts.get(id)
      return account && new ReplicaEntry(account, feed)
    },
    *entries(ids: AccountIds): Iterable<Entry> {
      for (const account of entries(ids)) yield new ReplicaEntry(account, feed)
    },
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

/** What a client sees of an account: made when it is asked for, and not stored. */
class ReplicaEntry implements Entry {
  readonly #account: SharedAccount
  readonly #feed: Feed

  constructor(account: SharedAccount, feed: Feed) {
    this.#account = account
    this.#feed = feed
  }

  get id(): string {
    return this.#account.id
  }

  get label(): string | undefined {
    return this.#account.label
  }

  get rev(): number {
    return this.#account.rev
  }

  get counts(): Counts | null {
    return countsOf(this.#account)
  }

  get countsBytes(): number {
    return this.#account.packedCounts?.length ?? 0
  }

  get status(): AccountStatus {
    const { status } = this.#account
    return status === 'ok' && !this.#feed.isFresh ? 'stale' : status
  }

  get error(): AccountError | undefined {
    const { status, error } = this.#account
    return status === 'ok' && !this.#feed.isFresh ? OFFLINE : error
  }

  get checkedAtMs(): number | null {
    const { source, checkedAtMs, status } = this.#account
    const confirmed = status === 'ok' ? this.#feed.confirmed.get(source) : undefined
    return confirmed === undefined ? checkedAtMs : Math.max(confirmed, checkedAtMs ?? 0)
  }
}
