/**
 * One life of a connection to Redis: fills the replica, keeps it up to date, and sends this machine's heartbeat.
 *
 * It subscribes first and reads then, so that no change falls in between. Every few seconds it compares its rev with that
 * of Redis, for a published message may be lost. It ends, by rejecting, at the first error; its caller starts a new one.
 */
import { createPause } from '../../platform/pause.ts'
import type { Connection } from './connection.ts'
import { nextEpoch } from './epochs.ts'
import {
  accountFrom,
  parsePeerMessage,
  parsePublished,
  type PeerMessage,
  type Published,
  seedArguments,
  writeArguments,
} from './messages.ts'
import type { Machine } from './machine.ts'
import type { SharedAccount } from './replica.ts'

/** The state of the deployment, as a heartbeat was answered. */
export type Heartbeat = Awaited<ReturnType<Connection['commands']['heartbeat']>>

const HEARTBEAT_MS = 5_000
/** Three heartbeats may be missed. */
const LEASE_MS = 15_000
/** Longer than filling an epoch takes; shorter than people wait. */
const SEEDING_MS = 10_000
const SEEDING_CHECK_MS = 250
const PAGE = 1_000

/**
 * Rejects with the error that ended it; resolves only when the machine leaves.
 * @param mayCollect whether this machine may be the one that collects
 * @param onHeartbeat called after each heartbeat, once the replica is fresh
 */
export async function runSession(
  { names, replica, machineId, newId, schedule, closing }: Machine,
  connection: Connection,
  mayCollect: boolean,
  onHeartbeat: (heartbeat: Heartbeat) => void,
  onPeerMessage: (message: PeerMessage) => void,
): Promise<void> {
  const { commands, answer } = connection
  const seedKeys = [names.accounts, names.meta, names.seeding]
  /** Messages that came during a resync; null while there is none. */
  let deferred: Published[] | null = []
  const pause = createPause(schedule)
  let mustResync = true
  let mustHeartbeat = false
  const over = new AbortController()

  function end(): void {
    over.abort()
    pause.end()
  }

  function receive(message: Published): void {
    if (deferred) return void deferred.push(message)
    if (message.kind === 'heartbeat-now') mustHeartbeat = true
    else if (message.kind === 'confirmed') return replica.confirm(message.confirmed)
    else if (replica.apply(message) === 'applied') return replica.check(message.checked)
    else {
      mustResync = true
      deferred = [message]
    }
    pause.end()
  }

  const heartbeat = (): Promise<Heartbeat> => {
    const known = [nextEpoch(replica.sharedEpoch, newId), replica.sharedEpoch ?? '', String(replica.rev)]
    const keys = [names.meta, names.collector, names.seeding]
    return answer(
      commands.heartbeat(keys, [machineId, connection.run, ...known, mayCollect ? '1' : '0', String(LEASE_MS), String(SEEDING_MS)]),
    )
  }

  /** Puts what this machine has into an epoch that it has opened: Redis may have lost it. */
  async function seed(previous: string): Promise<void> {
    if (replica.sharedEpoch !== null && (previous === '' || previous === replica.sharedEpoch)) {
      const accounts = [...replica.all()]
      for (let i = 0; i < accounts.length; i += PAGE)
        await answer(commands.seed(seedKeys, [machineId, ...accounts.slice(i, i + PAGE).flatMap(seedArguments)]))
    }
    await answer(commands.seeded([names.meta, names.seeding], [machineId]))
  }

  /**
   * What came by PUT and the seeding machine had not received yet: no source would report it again. In the new epoch all
   * that was written since has a higher rev.
   */
  function lostPuts(previous: string, present: ReadonlyMap<string, SharedAccount>): readonly SharedAccount[] {
    if (replica.sharedEpoch !== previous) return []
    return Array.from(replica.all()).filter(({ id, source, rev }) => source === '' && (present.get(id)?.rev ?? 0) < rev)
  }

  /** Reads everything; what is published meanwhile is applied afterwards. */
  async function resync({ epoch, rev, removedAtRev, previous }: Heartbeat): Promise<void> {
    deferred ??= []
    mustResync = false
    const accounts = new Map<string, SharedAccount>()
    let cursor = '0'
    do {
      const page = await answer(commands.hScan(names.accounts, cursor, { COUNT: PAGE }))
      for (const { field, value } of page.entries) accounts.set(field, accountFrom(field, value))
      cursor = page.cursor
    } while (cursor !== '0')
    const confirmed = await answer(commands.hGetAll(names.confirmed))
    const lost = lostPuts(previous, accounts)
    if (lost.length > 0) await answer(commands.write(seedKeys, [names.changes, '', ...lost.flatMap(writeArguments)]))
    const early = deferred
    deferred = null
    // Accounts that were removed during the scan are still removed by the deferred messages.
    replica.resync({ epoch, rev, removedAtRev, accounts: [...accounts.values()] })
    replica.confirm(Object.entries(confirmed).map(([source, time]) => [source, Number(time)] as const))
    for (const message of early) if (message.kind !== 'change' || message.epoch === epoch) receive(message)
  }

  async function run(): Promise<void> {
    await answer(connection.subscribe(names.changes, (text) => over.signal.aborted || receive(parsePublished(text))))
    await answer(connection.subscribe(names.machine(machineId), (text) => onPeerMessage(parsePeerMessage(text))))
    /** The rev of Redis at the last heartbeat: a replica that is still behind it at the next one has missed something. */
    let expectedRev = 0
    while (!over.signal.aborted) {
      mustHeartbeat = false
      const present = await heartbeat()
      if (present.seeding !== '') {
        if (present.seeding === machineId) await seed(present.previous)
        else await pause.wait(SEEDING_CHECK_MS)
        mustResync = true
        continue
      }
      if (mustResync || present.epoch !== replica.sharedEpoch || !replica.isFresh || replica.rev < expectedRev) {
        await resync(present)
        // A message may have shown meanwhile that something was missed.
        if (mustResync) continue
      }
      expectedRev = present.rev
      onHeartbeat(present)
      if (!mustHeartbeat) await pause.wait(HEARTBEAT_MS)
    }
  }

  closing.signal.addEventListener('abort', end)
  try {
    // `broken` rejects with the cause; `run` may only see a consequence.
    await Promise.race([run(), connection.broken])
  } finally {
    closing.signal.removeEventListener('abort', end)
    end()
  }
}
