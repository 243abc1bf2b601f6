/**
 * A mirror: the board that several machines share, as one of them has heard of it. The revs are made where it is shared;
 * here changes are only taken, each in its order, so that a tag says the same at every machine.
 *
 * While it hears nothing it must not go on as if all were fresh: it then has another epoch, in which what was `ok` is
 * `stale`, and everybody is told. That epoch is the same for all machines that hear nothing, so that a client that asks
 * another one each time is not told ever again. Once it has caught up, it is told in the shared epoch again.
 */
import type { AccountError, AccountStatus } from '../../../common/protocol/wire.ts'
import type { Tag } from '../../../common/protocol/headers.ts'
import { type BoardListener, type BoardReader, type Entry, pick } from '../board.ts'
import type { Counts } from '../../sources/source.ts'

/** What everybody sees of an account, but for the time of its last check. */
export interface SharedState {
  readonly counts: Counts | null
  readonly status: AccountStatus
  readonly error: AccountError | undefined
}

export interface SharedAccount {
  readonly id: string
  /** The shared board's rev at this account's last change. */
  readonly rev: number
  /** The name of the source that counts it; empty where it came by PUT. */
  readonly source: string
  /** Epoch milliseconds. */
  readonly checkedAtMs: number | null
  readonly state: SharedState
}

/** One step of the shared board, from the rev `before` to the rev `after`. */
export interface SharedChange {
  readonly epoch: string
  readonly before: number
  readonly after: number
  readonly accounts: readonly SharedAccount[]
  readonly removed: readonly string[]
}

/** All of the shared board. Single accounts may be newer than `rev`: the steps that say so are still on their way. */
interface SharedBoard {
  readonly epoch: string
  readonly rev: number
  readonly removedAtRev: number
  readonly accounts: readonly SharedAccount[]
}

export interface Replica extends BoardReader {
  /** The epoch of what it holds; null before it has heard anything. */
  readonly sharedEpoch: string | null
  /** True while it hears of every change. */
  readonly isFresh: boolean
  /**
   * Takes a step. `gap`: it is not the one that follows, or of another epoch, and nothing was taken. One that is known
   * already is taken as well.
   */
  take(change: SharedChange): 'taken' | 'gap'
  /** Takes everything anew, and is fresh from then on. */
  adopt(all: SharedBoard): void
  /** It hears nothing any more. */
  lose(): void
  /** Single accounts were counted again, and have not changed. */
  check(times: Iterable<readonly [id: string, atMs: number]>): void
  /** Sources have spoken of all that is `ok` of theirs, and nothing has changed. */
  confirm(times: Iterable<readonly [source: string, atMs: number]>): void
  shared(id: string): SharedAccount | undefined
  all(): Iterable<SharedAccount>
  /** The accounts that a source of this name counts. */
  idsOf(source: string): Iterable<string>
}

const NOT_HEARD: AccountError = {
  code: 'network',
  message: 'This machine hears nothing of the shared board; the number may be old.',
}

/** What stands behind the epoch of a machine that hears nothing. */
const DEAF = '~deaf'

/** @param firstEpoch random; that of the time before anything was heard */
export function createReplica(firstEpoch: string): Replica {
  const accounts = new Map<string, MirrorEntry>()
  const listeners = new Set<BoardListener>()
  const heard: Heard = { isFresh: false, confirmed: new Map() }
  let sharedEpoch: string | null = null
  let rev = 0
  let removedAtRev = 0

  const epochNow = (): string => (sharedEpoch === null ? firstEpoch : heard.isFresh ? sharedEpoch : sharedEpoch + DEAF)

  function announce(changed: readonly string[]): void {
    if (changed.length > 0) for (const listener of listeners) listener(changed)
  }

  return {
    get epoch() {
      return epochNow()
    },
    get sharedEpoch() {
      return sharedEpoch
    },
    get isFresh() {
      return heard.isFresh
    },
    get rev() {
      return rev
    },
    get size() {
      return accounts.size
    },
    take(change) {
      if (!heard.isFresh || change.epoch !== sharedEpoch) return 'gap'
      if (change.after <= rev) return 'taken'
      if (change.before !== rev) return 'gap'
      const changed: string[] = []
      for (const account of change.accounts) {
        const known = accounts.get(account.id)
        if (known && known.rev >= account.rev) continue
        accounts.set(account.id, new MirrorEntry(account, heard))
        changed.push(account.id)
      }
      for (const id of change.removed) if (accounts.delete(id)) changed.push(id)
      if (change.removed.length > 0) removedAtRev = change.after
      rev = change.after
      announce(changed)
      return 'taken'
    },
    adopt(all) {
      const isSameEpoch = epochNow() === all.epoch
      const before = new Map(accounts)
      accounts.clear()
      for (const account of all.accounts) accounts.set(account.id, new MirrorEntry(account, heard))
      const changed = Array.from(accounts.keys()).filter((id) => !isSameEpoch || before.get(id)?.rev !== accounts.get(id)?.rev)
      for (const id of before.keys()) if (!accounts.has(id)) changed.push(id)
      sharedEpoch = all.epoch
      rev = all.rev
      removedAtRev = all.removedAtRev
      heard.isFresh = true
      announce(changed)
    },
    lose() {
      if (!heard.isFresh) return
      heard.isFresh = false
      announce([...accounts.keys()])
    },
    check(times) {
      for (const [id, atMs] of times) accounts.get(id)?.check(atMs)
    },
    confirm(times) {
      for (const [source, atMs] of times) heard.confirmed.set(source, atMs)
    },
    shared: (id) => accounts.get(id)?.account,
    *all() {
      for (const { account } of accounts.values()) yield account
    },
    *idsOf(source) {
      for (const { id, account } of accounts.values()) if (account.source === source) yield id
    },
    get: (id) => accounts.get(id),
    entries: (ids) => (ids === '*' ? accounts.values() : pick(accounts, ids)),
    tag(ids) {
      if (ids === '*') return `${epochNow()}.${rev}`
      let latest = removedAtRev
      for (const id of ids) latest = Math.max(latest, accounts.get(id)?.rev ?? 0)
      return `${epochNow()}.${latest}`
    },
    isAhead(tag: Tag) {
      const { epoch, rev: told } = readTag(tag)
      if (epoch === epochNow()) return told > rev
      return heard.isFresh && sharedEpoch !== null && isLater(epoch, sharedEpoch)
    },
    isFreshElsewhere: (tag) => !heard.isFresh && sharedEpoch !== null && readTag(tag).epoch === sharedEpoch,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/**
 * The epoch after this one: `line~number~random`. Those of one line can be put in order, so that a machine that has yet to
 * hear of a new epoch does not tell a client of it the state of the one before.
 */
export function nextEpoch(epoch: string | null, newId: () => string): string {
  const [line, number] = partsOf(epoch ?? '') ?? [newId(), 0]
  return `${line}~${number + 1}~${newId().slice(0, 6)}`
}

function readTag(tag: Tag): { readonly epoch: string; readonly rev: number } {
  const dot = tag.lastIndexOf('.')
  return { epoch: tag.slice(0, dot), rev: Number(tag.slice(dot + 1)) }
}

function isLater(epoch: string, than: string): boolean {
  const [line, number] = partsOf(epoch) ?? []
  const [otherLine, otherNumber] = partsOf(than) ?? []
  return line === otherLine && number !== undefined && otherNumber !== undefined && number > otherNumber
}

function partsOf(epoch: string): readonly [line: string, number: number] | null {
  const [, line, number] = /^([^~]+)~(\d{1,15})~[^~]+$/.exec(epoch) ?? []
  return line === undefined ? null : [line, Number(number)]
}

/** What all entries of a mirror have in common; one object for all of them. */
interface Heard {
  isFresh: boolean
  /** When each source last spoke of all its accounts, in epoch milliseconds. */
  readonly confirmed: Map<string, number>
}

class MirrorEntry implements Entry {
  account: SharedAccount
  readonly #heard: Heard

  constructor(account: SharedAccount, heard: Heard) {
    this.account = account
    this.#heard = heard
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
    return status === 'ok' && !this.#heard.isFresh ? 'stale' : status
  }

  get error(): AccountError | undefined {
    const { status, error } = this.account.state
    return status === 'ok' && !this.#heard.isFresh ? NOT_HEARD : error
  }

  get checkedAtMs(): number | null {
    const { source, checkedAtMs, state } = this.account
    const confirmed = state.status === 'ok' ? this.#heard.confirmed.get(source) : undefined
    return confirmed === undefined ? checkedAtMs : Math.max(confirmed, checkedAtMs ?? 0)
  }

  check(atMs: number): void {
    this.account = { ...this.account, checkedAtMs: atMs }
  }
}
