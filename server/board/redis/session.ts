/**
 * One life of a connection to Redis: fills the replica, keeps it up to date, and sends this machine's heartbeat.
 *
 * It subscribes first and reads then, so that no change falls in between. Each heartbeat tries a write, and publishes an echo
 * to this machine: once that has come, so has all that was published before, and a rev that is behind shows what was lost. It ends, by rejecting, at the first error; its caller starts a new one.
 */
import { createPause } from '../../platform/pause.ts'
import type { Connection, Heartbeat } from './connection/connection.ts'
import { nextEpoch } from './epochs.ts'
import { echoText, parsePeerMessage, parsePublished, type PeerCall, type Published } from './messages.ts'
import type { Machine } from './machine.ts'
import { createContent } from './content.ts'
import { createRecovery, PAGE, SEEDING_MS } from './recovery.ts'

const HEARTBEAT_MS = 3_000
/** Two heartbeats may be missed. */
const LEASE_MS = 9_000
/** How long counts of sources are fresh after the last heartbeat of a collecting machine: another one may take over before. */
export const COLLECTED_MS = 10_000
const SEEDING_CHECK_MS = 250

/**
 * Rejects with the error that ended it; resolves only when the machine leaves.
 * @param mayCollect whether this machine may be the one that collects
 * @param onHeartbeat called after each heartbeat, once the replica is fresh: it has all that was written before `sinceMs`, on
 *   the machine's clock
 */
export async function runSession(
  machine: Machine,
  connection: Connection,
  mayCollect: () => boolean,
  onHeartbeat: (heartbeat: Heartbeat, sinceMs: number) => void,
  onPeerCall: (call: PeerCall) => void,
): Promise<void> {
  const { names, replica, machineId, newId, now, schedule, closing } = machine
  const { commands, answer } = connection
  const { readAccounts, seed, restore } = createRecovery(machine, connection, isOn)
  /** Messages that came during a resync; null while there is none. */
  let deferred: Published[] | null = []
  const pause = createPause(schedule)
  let mustResync = true
  let mustHeartbeat = false
  const over = new AbortController()
  let echo = 0
  let echoed = Promise.withResolvers<void>()
  let heartbeatAtMs = now()

  function end(): void {
    over.abort()
    echoed.resolve()
    pause.end()
  }

  function receive(message: Published): void {
    if (deferred) return void deferred.push(message)
    if (message.kind === 'heartbeat-now') mustHeartbeat = true
    else if (message.kind === 'confirmed') return replica.confirm(message.confirmed)
    else if (replica.apply(message) === 'applied') return replica.check(message.checked, message.after)
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
    heartbeatAtMs = now()
    const keys = [names.meta, names.collector, names.seeding, names.accounts]
    const known = [nextEpoch(replica.sharedEpoch, newId), replica.sharedEpoch ?? '', String(replica.rev)]
    const lease = [mayCollect() ? '1' : '0', String(LEASE_MS), String(SEEDING_MS)]
    const args = [names.machine(machineId), nextEcho(), machineId, connection.run, ...known, ...lease]
    const present = await answer(commands.heartbeat(keys, args))
    connection.updateTime(present.timeMs)
    await answer(echoed.promise)
    return present
  }

  /** For what takes longer than the lease: sends a heartbeat if one is due. False if the session or the epoch is over. */
  async function isOn(epoch: string): Promise<boolean> {
    if (now() - heartbeatAtMs >= HEARTBEAT_MS && (await heartbeat()).epoch !== epoch) return false
    return !over.signal.aborted
  }

  /** Once it returns, all that was published before has come. */
  async function waitForMessages(): Promise<void> {
    await answer(commands.publish(names.machine(machineId), nextEcho()))
    await answer(echoed.promise)
  }

  /**
   * Reads everything beside what clients see, with what is published meanwhile, and replaces that at once. Returns since when it
   * is fresh; null if it is not.
   */
  async function resync(present: Heartbeat): Promise<number | null> {
    deferred ??= []
    mustResync = true
    const content = createContent(present)
    for await (const page of readAccounts()) {
      page.forEach(content.put)
      if (!(await isOn(present.epoch))) return null
    }
    // What was restored is not among them.
    if (await restore(present, content)) return null
    const sinceMs = now()
    const confirmed = await answer(commands.hGetAll(names.confirmed))
    // Until all has come that was published before the accounts were read, some of them are newer than the rev.
    await waitForMessages()
    const times = Object.entries(confirmed).map(([source, time]) => [source, Number(time)] as const)
    let applied = 0
    for (const message of deferred) {
      if (message.kind === 'heartbeat-now') mustHeartbeat = true
      else if (message.kind === 'confirmed') times.push(...message.confirmed)
      else if (message.epoch === present.epoch) {
        if (!content.apply(message)) return null
        content.check(message.checked, message.after)
        applied += message.accounts.length + message.checked.length
      }
      if (applied < PAGE) continue
      applied = 0
      await machine.deferred()
    }
    if (over.signal.aborted) return null
    deferred = null
    mustResync = false
    replica.confirm(times)
    replica.resync(content)
    return sinceMs
  }

  async function run(): Promise<void> {
    await answer(connection.subscribe(names.changes, parsePublished, (message) => over.signal.aborted || receive(message)))
    await answer(connection.subscribe(names.machine(machineId), parsePeerMessage, receiveOwn))
    while (!over.signal.aborted) {
      mustHeartbeat = false
      let sinceMs = now()
      const present = await heartbeat()
      if (over.signal.aborted) return
      if (present.seeding !== '') {
        if (present.seeding === machineId) await seed(present)
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
