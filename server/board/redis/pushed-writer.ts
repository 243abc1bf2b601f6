/** Writes pushed counts to the shared board. Those that arrive in the same turn of the event loop share one write. */
import { within } from '../../../common/async/within.ts'
import type { PushedCounts, PutOutcome, RemoveOutcome } from '../backend.ts'
import { type Machine, writeAccounts } from './machine.ts'
import { sourceText, writeArguments } from './messages.ts'
import { SLICE } from './publisher.ts'

/** A write returns to this machine's replica nearly always at once; a PUT waits no longer than this for it. */
const ECHO_MS = 2_000

interface PendingPut {
  readonly accounts: readonly PushedCounts[]
  resolve(outcome: PutOutcome | Promise<PutOutcome>): void
  reject(error: unknown): void
}

export function createPushedWriter(machine: Machine) {
  const { replica, schedule, defer, wallClock } = machine
  let pending: PendingPut[] = []

  /** It is confirmed once this machine has received it: the program finds it here, and Redis may lose it. */
  async function write(accounts: readonly string[]): Promise<PutOutcome> {
    const epoch = replica.sharedEpoch
    const written = await writeAccounts(machine, '', accounts)
    if (written.kind === 'fenced') return { kind: 'unavailable' }
    if (written.kind !== 'done') return written
    const isReceived = (): boolean => replica.sharedEpoch === epoch && replica.rev >= written.rev
    if (!isReceived()) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const unsubscribe = replica.subscribe(() => isReceived() && resolve())
      await within(promise, ECHO_MS, schedule)
      unsubscribe()
    }
    return { kind: isReceived() ? 'done' : 'unknown' }
  }

  function argumentsOf(accounts: readonly PushedCounts[]): readonly string[] {
    const nowMs = wallClock()
    return accounts.flatMap(({ id, counts, validFor: seconds }) => {
      const validity = seconds === undefined ? undefined : { untilMs: machine.connection?.timeIn(seconds * 1_000) ?? 0, seconds }
      return writeArguments({ id, source: '', checkedAtMs: nowMs, validity }, { label: undefined, counts, status: 'ok', error: undefined })
    })
  }

  async function writeTogether(puts: readonly PendingPut[]): Promise<void> {
    try {
      const outcome = await write(puts.flatMap(({ accounts }) => argumentsOf(accounts)))
      // One of them names an account that a source counts, and nothing is written: each has an outcome of its own.
      const isShared = outcome.kind !== 'conflict' || puts.length === 1
      for (const { accounts, resolve } of puts) resolve(isShared ? outcome : write(argumentsOf(accounts)))
    } catch (error) {
      for (const { reject } of puts) reject(error)
    }
  }

  function flush(): void {
    let batch: PendingPut[] = []
    let size = 0
    for (const put of pending) {
      if (batch.length > 0 && size + put.accounts.length > SLICE) {
        void writeTogether(batch)
        batch = []
        size = 0
      }
      batch.push(put)
      size += put.accounts.length
    }
    void writeTogether(batch)
    pending = []
  }

  return {
    put(accounts: readonly PushedCounts[]): Promise<PutOutcome> {
      const { promise, resolve, reject } = Promise.withResolvers<PutOutcome>()
      if (pending.push({ accounts, resolve, reject }) === 1) defer(flush)
      return promise
    },
    async remove(id: string): Promise<RemoveOutcome> {
      return replica.shared(id) ? await write([id, sourceText(''), '', '']) : { kind: 'gone' }
    },
  }
}
