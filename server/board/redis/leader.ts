/**
 * Which machine collects: the one that holds the lease, for one term. While this machine does, its collector runs the
 * sources, and a publisher writes their counts to the shared board. While no machine does, counts of sources become stale.
 */
import { oneAtATime } from '../../../common/async/one-at-a-time.ts'
import { createSerialQueue } from '../../../common/async/serial-queue.ts'
import type { AccountError } from '../../../common/protocol/wire.ts'
import type { Source } from '../../sources/source.ts'
import { slicesOf } from '../../platform/turns.ts'
import type { Update } from '../board.ts'
import { countsOf, type SharedAccount } from './account.ts'
import { writeArguments } from './messages.ts'
import { type Machine, writeAccounts } from './machine.ts'
import { createPublisher, type Publisher, SLICE } from './publisher.ts'
import type { Heartbeat } from './connection/connection.ts'
import { NOT_COLLECTED_YET } from './recovery.ts'
import { COLLECTED_MS } from './session.ts'

const NOT_COLLECTED: AccountError = {
  code: 'network',
  message: 'No machine is collecting counts, so this one may be outdated; start a machine whose config has sources.',
}

const countedBy = ({ id, source }: SharedAccount) => [id, source] as const

export function createLeader(machine: Machine, sources: () => readonly Source[]) {
  const { machineId, log, now, schedule, deferred, replica, intake, collector, closing } = machine
  /** Terms begin and end one after another. */
  const enqueue = createSerialQueue()
  let publisher: Publisher | null = null
  let collecting = ''
  let cancelUnreported: (() => void) | null = null

  /** @param freshMs how long what the machine before has counted is fresh */
  async function beginTerm(freshMs: number): Promise<Publisher> {
    const freshUntilMs = now() + freshMs
    const configured = new Set(sources().map(({ name }) => name))
    const inherited: Update[] = []
    /** Accounts of sources that are configured no longer; a PUT has no source. */
    const orphans: string[] = []
    // The sources continue from the shared board: only what they count differently is written.
    for await (const slice of slicesOf(intake.entries('*'), SLICE, deferred)) intake.remove(slice.map(({ id }) => id))
    for await (const slice of slicesOf(replica.all(), SLICE, deferred)) {
      const first = inherited.length
      for (const account of slice) {
        const { id, source, checkedAtMs, status, error } = account
        const counts = configured.has(source) ? countsOf(account) : null
        if (counts) inherited.push({ id, counts, status, error, checkedAtMs: checkedAtMs ?? 0 })
        if (source !== '' && !configured.has(source)) orphans.push(id)
      }
      intake.apply(inherited.slice(first))
    }
    const begun = createPublisher(machine, (id) => collector.ownerOf(id)?.name ?? (replica.shared(id)?.source || undefined))
    cancelUnreported = schedule(() => void markUnreported(inherited, begun), Math.max(0, freshUntilMs - now()))
    void collector.setSources(sources(), Iterator.from(replica.all()).map(countedBy))
    for await (const slice of slicesOf(orphans, SLICE, deferred)) begun.remove(slice)
    return begun
  }

  /** What its source has not counted again in this term is fresh no longer than the machine before would have kept it. */
  async function markUnreported(inherited: readonly Update[], term: Publisher): Promise<void> {
    for await (const slice of slicesOf(inherited, SLICE, deferred)) {
      if (publisher !== term) return
      const unreported = slice.filter(({ id, checkedAtMs }) => {
        const entry = intake.get(id)
        return entry?.status === 'ok' && entry.checkedAtMs === checkedAtMs
      })
      intake.apply(unreported.map(({ id }) => ({ id, status: 'stale', error: NOT_COLLECTED_YET })))
    }
  }

  async function endTerm(): Promise<void> {
    cancelUnreported?.()
    publisher?.close()
    publisher = null
    await collector.setSources([])
  }

  /** Marks the counts of sources as stale. Any number of machines may do so: the result is the same. */
  const markUncollected = oneAtATime(async (term: number) => {
    if (replica.okFromSource === 0) return
    log.error({ machine: machineId, accounts: replica.okFromSource }, 'no machine collects; counts of sources become stale')
    for await (const slice of slicesOf(replica.all(), SLICE, deferred)) {
      if (closing.signal.aborted) return
      const uncollected = slice.filter(({ source, status }) => source !== '' && status === 'ok')
      if (uncollected.length === 0) continue
      const accounts = uncollected.flatMap((account) => {
        const { id, source, label } = account
        const state = { label, counts: countsOf(account), status: 'stale', error: NOT_COLLECTED } as const
        return writeArguments({ id, source, checkedAtMs: replica.get(id)?.checkedAtMs ?? null }, state)
      })
      // Redis refuses it from the moment that a machine collects: that is another term.
      await writeAccounts(machine, String(term), accounts)
    }
  })

  async function follow({ collector: leader, term, epoch, collectedMs, timeMs }: Heartbeat): Promise<void> {
    if (closing.signal.aborted) return
    if (leader !== machineId) {
      if (!publisher) return
      log.warn({ machine: machineId, collector: leader }, 'another machine collects now')
      return await endTerm()
    }
    if (!publisher) log.info({ machine: machineId, term }, 'this machine collects now')
    publisher ??= await beginTerm(collectedMs + COLLECTED_MS - timeMs)
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
