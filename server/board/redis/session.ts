/**
 * One life of a connection to Redis: fills the replica, keeps it up to date, and sends this machine's heartbeat.
 *
 * It subscribes first and reads then, so that no change falls in between. Each heartbeat tries a write, and publishes an echo
 * to this machine: once that has come, so has all that was published before, and a rev that is behind shows what was lost. It ends, by rejecting, at the first error; its caller starts a new one.
 */
import { createPause } from '../../platform/pause.ts'
import type { Connection } from './connection/connection.ts'
import { isLaterEpoch, nextEpoch } from './epochs.ts'
import {
  accountFrom,
  echoText,
  parsePeerMessage,
  parsePublished,
  type PeerCall,
  type Published,
  seedArguments,
  sourceText,
  writeArguments,
} from './messages.ts'
import type { Machine } from './machine.ts'
import { type SharedAccount, sharedStateOf } from './account.ts'

/** The state of the deployment, as a heartbeat was answered. */
export type Heartbeat = Awaited<ReturnType<Connection['commands']['heartbeat']>>

const HEARTBEAT_MS = 3_000
/** Two heartbeats may be missed. */
const LEASE_MS = 9_000
/** How long counts of sources are fresh after the last heartbeat of a collecting machine: another one may take over before. */
export const COLLECTED_MS = 10_000
/** Longer than filling an epoch takes; shorter than people wait. */
const SEEDING_MS = 10_000
const SEEDING_CHECK_MS = 250
const PAGE = 1_000

/**
 * Rejects with the error that ended it; resolves only when the machine leaves.
 * @param mayCollect whether this machine may be the one that collects
 * @param onHeartbeat called after each heartbeat, once the replica is fresh: it has all that was written before `sinceMs`, on
 *   the machine's clock
 */
export async function runSession(
  { names, replica, machineId, newId, now, schedule, closing }: Machine,
  connection: Connection,
  mayCollect: () => boolean,
  onHeartbeat: (heartbeat: Heartbeat, sinceMs: number) => void,
  onPeerCall: (call: PeerCall) => void,
): Promise<void> {
  const { commands, answer } = connection
  const seedKeys = [names.accounts, names.meta, names.seeding]
  /** Messages that came during a resync; null while there is none. */
  let deferred: Published[] | null = []
  const pause = createPause(schedule)
  let mustResync = true
  let mustHeartbeat = false
  const over = new AbortController()
  let echo = 0
  let echoed = Promise.withResolvers<void>()

  function end(): void {
    over.abort()
    echoed.resolve()
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

  function receiveOwn(message: ReturnType<typeof parsePeerMessage>): void {
    if (!('echo' in message)) onPeerCall(message)
    else if (message.echo === echo) echoed.resolve()
  }

  function nextEcho(): string {
    echo += 1
    echoed = Promise.withResolvers()
    return echoText(echo)
  }

  async function heartbeat(): Promise<Heartbeat> {
    const keys = [names.meta, names.collector, names.seeding, names.accounts]
    const known = [nextEpoch(replica.sharedEpoch, newId), replica.sharedEpoch ?? '', String(replica.rev)]
    const lease = [mayCollect() ? '1' : '0', String(LEASE_MS), String(SEEDING_MS)]
    const args = [names.machine(machineId), nextEcho(), machineId, connection.run, ...known, ...lease]
    const present = await answer(commands.heartbeat(keys, args))
    connection.updateTime(present.timeMs)
    await answer(echoed.promise)
    return present
  }

  /** Once it returns, all that was published before has come. */
  async function waitForMessages(): Promise<void> {
    await answer(commands.publish(names.machine(machineId), nextEcho()))
    await answer(echoed.promise)
  }

  async function readAccounts(): Promise<Map<string, SharedAccount>> {
    const accounts = new Map<string, SharedAccount>()
    let cursor = '0'
    do {
      const page = await answer(commands.hScan(names.accounts, cursor, { COUNT: PAGE }))
      for (const { field, value } of page.entries) accounts.set(field, accountFrom(field, value))
      cursor = page.cursor
    } while (cursor !== '0')
    return accounts
  }

  /** True for an account of an older state that Redis has come back with. */
  const wasRemoved = ({ id, rev }: SharedAccount): boolean => rev <= replica.rev && !replica.shared(id)

  /** Puts what this machine has into an epoch that it has opened: Redis may have lost it. */
  async function seed(previous: string): Promise<void> {
    const known = replica.sharedEpoch
    // Redis may also have lost that there was an epoch in between.
    const isLater = known !== null && (known === previous || isLaterEpoch(known, previous))
    if (isLater) {
      const accounts = [...replica.all()]
      for (let i = 0; i < accounts.length; i += PAGE)
        await answer(commands.seed(seedKeys, [machineId, ...accounts.slice(i, i + PAGE).flatMap(seedArguments)]))
      const removed = Array.from((await readAccounts()).values())
        .filter(wasRemoved)
        .map(({ id }) => id)
      if (removed.length > 0) await answer(commands.hDel(names.accounts, removed))
    }
    await answer(commands.seeded([names.meta, names.seeding], [machineId, ...(isLater ? [known, String(replica.rev)] : [previous, '0'])]))
  }

  /**
   * What came by PUT or was removed, and the seeding machine had not received yet: no source would report it again. In the new
   * epoch all that was written since has a higher rev; what is missing there of a rev up to `base` was removed.
   */
  function lostPuts({ previous, base }: Heartbeat, present: Map<string, SharedAccount>): readonly (readonly string[])[] {
    if (replica.sharedEpoch !== previous || replica.rev <= base) return []
    const put = Array.from(replica.all()).filter(({ id, source, rev }) => {
      const known = present.get(id)
      return source === '' && rev > base && (!known || (known.source === '' && known.rev < rev))
    })
    const removed = Array.from(present.values()).filter((account) => account.source === '' && wasRemoved(account))
    return [
      ...put.map((account) => writeArguments(account, sharedStateOf(account))),
      ...removed.map(({ id }) => [id, sourceText(''), '', '']),
    ]
  }

  /** Writes what Redis has lost; false if it has lost nothing. */
  async function restore(present: Heartbeat, accounts: Map<string, SharedAccount>): Promise<boolean> {
    const lost = lostPuts(present, accounts)
    if (lost.length === 0) return false
    const { kind } = await connection.write((deadline) =>
      commands.write(seedKeys, [names.changes, '', deadline, String(present.rev), '', ...lost.flat()]),
    )
    // Newer ones may have come since they were read.
    if (kind !== 'done') throw new Error('Redis did not take the reported counts that it had lost; retrying.')
    return true
  }

  /** Reads everything; what is published meanwhile is applied with it. Returns since when it is fresh; null if it is not. */
  async function resync(present: Heartbeat): Promise<number | null> {
    deferred ??= []
    mustResync = true
    const accounts = await readAccounts()
    // What was restored is not among them.
    if (await restore(present, accounts)) return null
    const sinceMs = now()
    const confirmed = await answer(commands.hGetAll(names.confirmed))
    // Until all has come that was published before the accounts were read, some of them are newer than the rev.
    await waitForMessages()
    const early = deferred
    deferred = null
    mustResync = false
    replica.confirm(Object.entries(confirmed).map(([source, time]) => [source, Number(time)] as const))
    const { epoch, rev, removedAtRev } = present
    replica.resync({ epoch, rev, removedAtRev, accounts: [...accounts.values()] }, () => {
      for (const message of early) if (message.kind !== 'change' || message.epoch === epoch) receive(message)
    })
    return sinceMs
  }

  async function run(): Promise<void> {
    await answer(connection.subscribe(names.changes, parsePublished, (message) => over.signal.aborted || receive(message)))
    await answer(connection.subscribe(names.machine(machineId), parsePeerMessage, receiveOwn))
    while (!over.signal.aborted) {
      mustHeartbeat = false
      let sinceMs = now()
      const present = await heartbeat()
      if (present.seeding !== '') {
        if (present.seeding === machineId) await seed(present.previous)
        else await pause.wait(SEEDING_CHECK_MS)
        mustResync = true
        continue
      }
      if (mustResync || present.epoch !== replica.sharedEpoch || !replica.isFresh || replica.rev < present.rev) {
        const freshSinceMs = await resync(present)
        if (freshSinceMs === null) continue
        sinceMs = freshSinceMs
      }
      onHeartbeat(present, sinceMs)
      // A message may have shown meanwhile that something was missed.
      if (!mustHeartbeat && !mustResync && !over.signal.aborted) await pause.wait(nextHeartbeatMs(present))
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

/** Also when the lease of a machine that has failed ends, and when its counts are fresh no longer. */
function nextHeartbeatMs({ collectedMs, timeMs }: Heartbeat): number {
  const ends = [LEASE_MS, COLLECTED_MS].map((ms) => collectedMs + ms + 1 - timeMs).filter((ms) => ms > 0)
  return Math.min(HEARTBEAT_MS, ...ends)
}
