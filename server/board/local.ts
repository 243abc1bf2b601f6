/** A board of this process alone, with the last known counts in a file. */
import type { Clock } from '../../common/async/clock.ts'
import type { BoardBackend, PushedCounts, PutOutcome, SourceCollector } from './backend.ts'
import type { Board } from './board.ts'
import { DEFAULT_PUSH_CAPS, type PushCaps, sizeOf } from './pushed.ts'
import { PUSHED, type Store } from './store.ts'
import { createValidity } from './validity.ts'

/**
 * @param collector writes to `board`
 * @param store null if nothing is stored
 * @param onError called with what subscribers of the board throw when pushed numbers expire
 * @param sourceNames of the configured sources: what other sources counted is not restored
 * @param caps of what is restored of the pushed accounts
 */
export function createLocalBackend(
  board: Board,
  collector: SourceCollector,
  store: Store | null,
  sourceNames: readonly string[],
  clock: Clock,
  onError: (error: unknown) => void,
  caps: PushCaps = DEFAULT_PUSH_CAPS,
): BoardBackend {
  /** Pushed in the same turn of the event loop: they share one transaction, and one release of polls. */
  let pending: PendingPut[] = []
  function flush(): void {
    const puts = pending
    pending = []
    try {
      const accepted: PendingPut[] = []
      for (const put of puts) {
        const conflict = conflictOf(put.accounts)
        if (conflict) put.resolve(conflict)
        else accepted.push(put)
      }
      const [first] = accepted
      const outcome = write(first && accepted.length === 1 ? first.accounts : accepted.flatMap((put) => put.accounts))
      for (const { resolve } of accepted) resolve(outcome)
    } catch (error) {
      // Those that are resolved stay so.
      for (const { reject } of puts) reject(error)
    }
  }

  function conflictOf(accounts: readonly Pick<PushedCounts, 'id'>[]): PutOutcome | null {
    for (const [index, { id }] of accounts.entries()) {
      const owner = collector.ownerOf(id)
      if (owner) return { kind: 'conflict', index, source: owner.name }
    }
    return null
  }

  function write(accounts: readonly PushedCounts[]): PutOutcome {
    const checkedAtMs = store?.put(accounts)
    if (checkedAtMs === null) return { kind: 'not-stored' }
    // The time that is stored, so that a restart changes nothing.
    board.apply(
      accounts.map(checkedAtMs === undefined ? ({ id, counts }) => ({ id, counts }) : ({ id, counts }) => ({ id, counts, checkedAtMs })),
    )
    for (const { id, validFor } of accounts) validity.set(id, validFor)
    return { kind: 'done' }
  }

  if (store) {
    const present = new Set([PUSHED, ...sourceNames])
    let accounts = 0
    let bytes = 0
    // One at a time: all rows in a list would need the memory a second time.
    store.restore(({ id, source, counts, checkedAtMs }) => {
      if (!present.has(source)) return false
      if (source === PUSHED) {
        accounts += 1
        bytes += sizeOf(id, counts)
        // Written before the limits were lowered.
        if (accounts > caps.accounts || bytes > caps.bytes) return false
      }
      // The number is stale until its source reports.
      board.apply([{ id, counts, checkedAtMs, status: 'stale' }])
      return true
    })
    store.follow(board, (id) => collector.ownerOf(id)?.name ?? PUSHED)
  }

  const isPushed = (id: string): boolean => collector.ownerOf(id) === undefined
  const validity = createValidity(
    clock,
    (expired) => board.apply(expired.filter(({ id }) => isPushed(id)).map(({ id, error }) => ({ id, status: 'stale', error }))),
    onError,
  )

  return {
    board,
    put(accounts) {
      if (!store) return conflictOf(accounts) ?? write(accounts)
      const { promise, resolve, reject } = Promise.withResolvers<PutOutcome>()
      if (pending.push({ accounts, resolve, reject }) === 1) store.defer(flush)
      return promise
    },
    remove(id) {
      const conflict = conflictOf([{ id }])
      if (conflict) return conflict
      if (!board.get(id)) return { kind: 'gone' }
      if (store?.remove(id) === false) return { kind: 'not-stored' }
      board.remove([id])
      validity.set(id, undefined)
      return { kind: 'done' }
    },
    isPushed,
    act: collector.act,
    setSources: (sources) => collector.setSources(sources, store?.counted()),
    async close() {
      flush()
      validity.close()
      await store?.close()
    },
  }
}

interface PendingPut {
  readonly accounts: readonly PushedCounts[]
  readonly resolve: (outcome: PutOutcome) => void
  readonly reject: (error: unknown) => void
}
