/**
 * Which machine collects: the one that holds the lease, for one term. While this machine does, its collector runs the
 * sources, and a publisher writes their counts to the shared board. While no machine does, counts of sources become stale.
 */
import { createSerialQueue } from '../../../common/async/serial-queue.ts'
import type { AccountError } from '../../../common/protocol/wire.ts'
import type { Source } from '../../sources/source.ts'
import type { Update } from '../board.ts'
import { writeArguments } from './messages.ts'
import { type Machine, writeAccounts } from './machine.ts'
import { createPublisher, type Publisher, SLICE } from './publisher.ts'
import type { Heartbeat } from './session.ts'

/** How long no machine may collect before counts become stale. */
const GRACE_MS = 10_000

const NOT_COLLECTED: AccountError = {
  code: 'network',
  message: 'No machine is collecting counts, so this one may be outdated; start a machine whose config has sources.',
}

export function createLeader(machine: Machine, sources: () => readonly Source[]) {
  const { machineId, log, now, replica, intake, collector, closing } = machine
  /** Terms begin and end one after another. */
  const enqueue = createSerialQueue()
  let publisher: Publisher | null = null
  let collecting = ''
  /** On the monotonic clock, since when no machine collects; null if one does. */
  let uncollectedSinceMs: number | null = null

  function beginTerm(): Publisher {
    const configured = new Set(sources().map(({ name }) => name))
    // The sources continue from the shared board: only what they count differently is written.
    intake.remove(Array.from(intake.entries('*'), ({ id }) => id))
    intake.apply(
      Array.from(replica.all()).flatMap(({ id, source, checkedAtMs, state: { counts, status, error } }): Update[] =>
        configured.has(source) && counts !== null ? [{ id, counts, status, error, checkedAtMs: checkedAtMs ?? 0 }] : [],
      ),
    )
    const begun = createPublisher(machine, (id) => collector.ownerOf(id)?.name ?? (replica.shared(id)?.source || undefined))
    void collector.setSources(sources(), replica.idsOf)
    // Accounts of sources that are configured no longer; a PUT has no source.
    const orphans = Array.from(replica.all()).filter(({ source }) => source !== '' && !configured.has(source))
    begun.remove(orphans.map(({ id }) => id))
    return begun
  }

  async function endTerm(): Promise<void> {
    publisher?.close()
    publisher = null
    await collector.setSources([])
  }

  /** Marks the counts of sources as stale. Any number of machines may do so: the result is the same. */
  async function markUncollected(term: number): Promise<void> {
    const uncollected = Array.from(replica.all()).filter(({ source, state }) => source !== '' && state.status === 'ok')
    if (uncollected.length > 0)
      log.error({ machine: machineId, accounts: uncollected.length }, 'no machine collects; counts of sources become stale')
    for (let i = 0; i < uncollected.length; i += SLICE) {
      const accounts = uncollected.slice(i, i + SLICE).flatMap(({ id, source, state: { counts } }) => {
        const state = { counts, status: 'stale', error: NOT_COLLECTED } as const
        return writeArguments({ id, source, checkedAtMs: replica.get(id)?.checkedAtMs ?? null, state })
      })
      // Redis refuses it from the moment that a machine collects: that is another term.
      await writeAccounts(machine, String(term), accounts)
    }
  }

  async function follow({ collector: leader, term, epoch }: Heartbeat): Promise<void> {
    if (closing.signal.aborted) return
    if (leader !== machineId) {
      if (!publisher) return
      log.warn({ machine: machineId, collector: leader }, 'another machine collects now')
      return await endTerm()
    }
    if (!publisher) log.info({ machine: machineId, term }, 'this machine collects now')
    publisher ??= beginTerm()
    publisher.continueIn(term, epoch)
  }

  return {
    /** The id of the machine that collects; empty if none does. */
    collecting: () => collecting,
    onHeartbeat(heartbeat: Heartbeat): void {
      collecting = heartbeat.collector
      uncollectedSinceMs = collecting === '' ? (uncollectedSinceMs ?? now()) : null
      if (uncollectedSinceMs !== null && now() - uncollectedSinceMs >= GRACE_MS) void markUncollected(heartbeat.term)
      enqueue(() => follow(heartbeat)).catch((error: unknown) => log.error({ err: error }, 'the change of the collecting machine failed'))
    },
    /** Ends the present term, if any. */
    close: () => enqueue(endTerm),
    /** The sources have changed: a term begins anew with the next heartbeat. */
    restart: () => enqueue(() => (publisher ? endTerm() : undefined)),
  }
}
