/**
 * Which machine collects: the one that holds the lease, for one term. While this machine does, its collector runs the
 * sources, and a publisher writes their counts to the shared board. While no machine does, counts of sources become stale.
 */
import { createSerialQueue } from '../../../common/async/serial-queue.ts'
import type { AccountError } from '../../../common/protocol/wire.ts'
import type { Source } from '../../sources/source.ts'
import type { Update } from '../board.ts'
import { countsOf } from './account.ts'
import { writeArguments } from './messages.ts'
import { type Machine, writeAccounts } from './machine.ts'
import { createPublisher, type Publisher, SLICE } from './publisher.ts'
import { COLLECTED_MS, type Heartbeat } from './session.ts'

const NOT_COLLECTED: AccountError = {
  code: 'network',
  message: 'No machine is collecting counts, so this one may be outdated; start a machine whose config has sources.',
}

const NOT_COLLECTED_YET: AccountError = {
  code: 'network',
  message: 'The machine that collects has just changed, and has not counted this yet; the number may be old.',
}

export function createLeader(machine: Machine, sources: () => readonly Source[]) {
  const { machineId, log, schedule, replica, intake, collector, closing } = machine
  /** Terms begin and end one after another. */
  const enqueue = createSerialQueue()
  let publisher: Publisher | null = null
  let collecting = ''
  let cancelUnreported: (() => void) | null = null

  /** @param freshMs how long what the machine before has counted is fresh */
  function beginTerm(freshMs: number): Publisher {
    const configured = new Set(sources().map(({ name }) => name))
    // The sources continue from the shared board: only what they count differently is written.
    intake.remove(Array.from(intake.entries('*'), ({ id }) => id))
    const inherited = Array.from(replica.all()).flatMap((account): Update[] => {
      const { id, source, checkedAtMs, status, error } = account
      const counts = configured.has(source) ? countsOf(account) : null
      return counts ? [{ id, counts, status, error, checkedAtMs: checkedAtMs ?? 0 }] : []
    })
    intake.apply(inherited)
    cancelUnreported = schedule(() => markUnreported(inherited), Math.max(0, freshMs))
    const begun = createPublisher(machine, (id) => collector.ownerOf(id)?.name ?? (replica.shared(id)?.source || undefined))
    void collector.setSources(sources(), replica.idsOf)
    // Accounts of sources that are configured no longer; a PUT has no source.
    const orphans = Array.from(replica.all()).filter(({ source }) => source !== '' && !configured.has(source))
    begun.remove(orphans.map(({ id }) => id))
    return begun
  }

  /** What its source has not counted again in this term is fresh no longer than the machine before would have kept it. */
  function markUnreported(inherited: readonly Update[]): void {
    const unreported = inherited.filter(({ id, checkedAtMs }) => {
      const entry = intake.get(id)
      return entry?.status === 'ok' && entry.checkedAtMs === checkedAtMs
    })
    intake.apply(unreported.map(({ id }) => ({ id, status: 'stale', error: NOT_COLLECTED_YET })))
  }

  async function endTerm(): Promise<void> {
    cancelUnreported?.()
    publisher?.close()
    publisher = null
    await collector.setSources([])
  }

  /** Marks the counts of sources as stale. Any number of machines may do so: the result is the same. */
  async function markUncollected(term: number): Promise<void> {
    if (replica.okFromSource === 0) return
    const uncollected = Array.from(replica.all()).filter(({ source, status }) => source !== '' && status === 'ok')
    if (uncollected.length > 0)
      log.error({ machine: machineId, accounts: uncollected.length }, 'no machine collects; counts of sources become stale')
    for (let i = 0; i < uncollected.length; i += SLICE) {
      const accounts = uncollected.slice(i, i + SLICE).flatMap((account) => {
        const { id, source, label } = account
        const state = { label, counts: countsOf(account), status: 'stale', error: NOT_COLLECTED } as const
        return writeArguments({ id, source, checkedAtMs: replica.get(id)?.checkedAtMs ?? null }, state)
      })
      // Redis refuses it from the moment that a machine collects: that is another term.
      await writeAccounts(machine, String(term), accounts)
    }
  }

  async function follow({ collector: leader, term, epoch, collectedMs, timeMs }: Heartbeat): Promise<void> {
    if (closing.signal.aborted) return
    if (leader !== machineId) {
      if (!publisher) return
      log.warn({ machine: machineId, collector: leader }, 'another machine collects now')
      return await endTerm()
    }
    if (!publisher) log.info({ machine: machineId, term }, 'this machine collects now')
    publisher ??= beginTerm(collectedMs + COLLECTED_MS - timeMs)
    publisher.continueIn(term, epoch)
  }

  return {
    /** The id of the machine that collects; empty if none does. */
    collecting: () => collecting,
    onHeartbeat(heartbeat: Heartbeat): void {
      collecting = heartbeat.collector
      if (heartbeat.timeMs - heartbeat.collectedMs >= COLLECTED_MS) void markUncollected(heartbeat.term)
      enqueue(() => follow(heartbeat)).catch((error: unknown) => log.error({ err: error }, 'the change of the collecting machine failed'))
    },
    /** Ends the present term, if any. */
    close: () => enqueue(endTerm),
    /** The sources have changed: a term begins anew with the next heartbeat. */
    restart: () => enqueue(() => (publisher ? endTerm() : undefined)),
  }
}
