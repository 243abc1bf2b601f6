/**
 * A replica: the board that several machines share, as one of them has received it. Revs are made where the board is
 * shared; here changes are applied in their order, so that a tag means the same at every machine.
 *
 * While it receives nothing it must not answer as if all were fresh: it then has another epoch, in which what was `ok` is
 * `stale`, and its listeners are called. That epoch is the same for all machines that are offline, so that a client that
 * polls another one each time is not answered over and over. Once the replica has caught up, it is in the shared epoch again.
 */
import type { Defer } from '../../../common/async/clock.ts'
import type { Tag } from '../../../common/protocol/headers.ts'
import type { AccountError, AccountIds, AccountStatus } from '../../../common/protocol/wire.ts'
import type { Counts } from '../../sources/source.ts'
import { createEntries, type Entry } from '../entries.ts'
import { forSlicesOf } from '../../platform/turns.ts'
import { type Check, countsOf, type SharedAccount } from './account.ts'
import { type Content, createContent, type SharedChange } from './content.ts'
import { isLaterEpoch, parseTag } from './epochs.ts'

const OFFLINE: AccountError = {
  code: 'network',
  message: 'The shared board does not work at the moment; the number may be old.',
}
const OFFLINE_SUFFIX = '~offline'

/**
 * @param firstEpoch random; that of the time before the first resync
 * @param onError called with what a listener throws while a new state is announced
 */
export function createReplica(firstEpoch: string, defer: Defer, onError: (error: unknown) => void) {
  let content = createContent({ epoch: null, rev: 0, removedAtRev: 0 })
  const { entries, latestRev, announce, subscribe } = createEntries(() => content.accounts)
  const feed: Feed = { isFresh: false, confirmed: new Map() }

  const presentEpoch = (): string => (content.epoch === null ? firstEpoch : feed.isFresh ? content.epoch : content.epoch + OFFLINE_SUFFIX)

  /** Looks at all accounts before and now. */
  function* changedSince(before: Content, isSameEpoch: boolean): Iterable<string | null> {
    const { accounts } = content
    for (const { id, rev } of accounts.values()) yield isSameEpoch && before.accounts.get(id)?.rev === rev ? null : id
    for (const id of before.accounts.keys()) yield accounts.has(id) ? null : id
  }

  /** @param ids null for one that has not changed */
  function announceInTurns(ids: Iterable<string | null>): void {
    let isRest = false
    const announceSlice = (slice: readonly (string | null)[]): void => {
      const changed = slice.filter((id) => id !== null)
      if (changed.length === 0) return
      const isLater = isRest
      isRest = true
      try {
        announce(changed, isLater)
      } catch (error) {
        onError(error)
      }
    }
    forSlicesOf(ids, defer, announceSlice)
  }

  return {
    get epoch() {
      return presentEpoch()
    },
    /** The epoch of its content; null before the first resync. */
    get sharedEpoch() {
      return content.epoch
    },
    /** True while it receives every change. */
    get isFresh() {
      return feed.isFresh
    },
    get rev() {
      return content.rev
    },
    /** Accounts that a source counts and whose status is `ok`. */
    get okFromSource() {
      return content.ok.fromSource
    },
    /** Pushed accounts that are `ok` until their validity ends. */
    get okExpiring() {
      return content.ok.expiring
    },
    get size() {
      return content.accounts.size
    },
    /**
     * Applies a change; one that it has already is skipped. `gap`: the change is not the next one, or of another epoch,
     * and nothing was applied.
     */
    apply(change: SharedChange): 'applied' | 'gap' {
      const changed = feed.isFresh ? content.apply(change) : null
      if (changed === null) return 'gap'
      announce(changed)
      return 'applied'
    },
    /** Replaces everything, and is fresh from then on. What has changed is announced in slices. */
    resync(next: Content): void {
      const before = content
      const isSameEpoch = presentEpoch() === next.epoch
      content = next
      feed.isFresh = true
      announceInTurns(changedSince(before, isSameEpoch))
    },
    /** It receives nothing any more. */
    disconnect(): void {
      if (!feed.isFresh) return
      feed.isFresh = false
      announceInTurns(content.accounts.keys())
    },
    /** Single accounts were counted again, and had not changed since `upToRev`. */
    check: (checks: Iterable<readonly [id: string, check: Check]>, upToRev: number): void => content.check(checks, upToRev),
    /** Sources have counted all their `ok` accounts again, and nothing has changed. */
    confirm(times: Iterable<readonly [source: string, atMs: number]>): void {
      for (const [source, atMs] of times) feed.confirmed.set(source, atMs)
    },
    shared: (id: string): SharedAccount | undefined => content.accounts.get(id),
    all: (): Iterable<SharedAccount> => content.accounts.values(),
    get(id: string): Entry | undefined {
      const account = content.accounts.get(id)
      return account && new ReplicaEntry(account, feed)
    },
    *entries(ids: AccountIds): Iterable<Entry> {
      for (const account of entries(ids)) yield new ReplicaEntry(account, feed)
    },
    tag: (ids: AccountIds): Tag => `${presentEpoch()}.${ids === '*' ? content.rev : latestRev(ids, content.removedAtRev)}`,
    isAhead(tag: Tag): boolean {
      const { epoch, rev: tagRev } = parseTag(tag)
      if (epoch === presentEpoch()) return tagRev > content.rev
      return feed.isFresh && content.epoch !== null && isLaterEpoch(epoch, content.epoch)
    },
    mayBeCurrentElsewhere: (tag: Tag): boolean => !feed.isFresh && content.epoch !== null && parseTag(tag).epoch === content.epoch,
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
