/**
 * A board that several machines share over Redis. Each has a replica of it, and answers its own clients from that; one
 * machine, by a lease, runs the sources. Every change goes to Redis first, and comes from there to every replica, this
 * machine's own too: so no client ever gets a tag that another machine could not know.
 */
import { oneAtATime } from '../../../common/async/one-at-a-time.ts'
import { within } from '../../../common/async/within.ts'
import type { Source } from '../../sources/source.ts'
import type { BoardBackend } from '../backend.ts'
import { createRedisCodeStore } from './codes.ts'
import type { Connection, Heartbeat } from './connection/connection.ts'
import { createLeader } from './leader.ts'
import { HEARTBEAT_NOW_TEXT } from './messages.ts'
import { createMachine, type RedisBackendDeps } from './machine.ts'
import { markExpired } from './expiry.ts'
import { createPeerRpc } from './peer-rpc.ts'
import { createPushedWriter } from './pushed-writer.ts'
import { keepConnected } from './connection/reconnect.ts'
import { runSession } from './session.ts'

const RESIGN_MS = 2_000
/** How long numbers are fresh after a heartbeat: three more are due by then. */
const FRESH_MS = 10_000
/** The longest timer that Node has. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** `setSources` resolves after the first resync: before it there is nothing to answer with. */
export function createRedisBackend(deps: RedisBackendDeps): BoardBackend {
  const machine = createMachine(deps)
  const { machineId, names, replica, log, now, schedule, closing } = machine
  const firstHeartbeat = Promise.withResolvers<void>()
  let sources: readonly Source[] = []
  let cancelFreshness: (() => void) | null = null
  let running: Promise<void> | null = null
  const leader = createLeader(machine, () => sources)
  const peers = createPeerRpc(machine)
  const pushed = createPushedWriter(machine)
  const expire = oneAtATime((timeMs: number) => markExpired(machine, timeMs))

  /** Some time after the last heartbeat that Redis took, the numbers become stale: however it fails. */
  function extendFreshness(sinceMs: number): void {
    cancelFreshness?.()
    cancelFreshness = schedule(
      () => {
        if (replica.isFresh) log.error({ machine: machineId }, 'no contact with the shared board; its numbers are stale until it is back')
        replica.disconnect()
      },
      Math.max(0, sinceMs + FRESH_MS - now()),
    )
  }

  function run(connection: Connection, onAlive: () => void): Promise<void> {
    const onHeartbeat = (heartbeat: Heartbeat, sinceMs: number): void => {
      onAlive()
      extendFreshness(sinceMs)
      firstHeartbeat.resolve()
      leader.onHeartbeat(heartbeat)
      void expire(heartbeat.timeMs)
    }
    return runSession(machine, connection, () => sources.length > 0, onHeartbeat, peers.receive)
  }

  /** Lets another machine collect before the lease expires. */
  async function resign({ commands }: Connection): Promise<void> {
    const resigned = commands.resign([names.collector], [machineId]).then(() => commands.publish(names.changes, HEARTBEAT_NOW_TEXT))
    const settled = resigned.catch(() => undefined)
    await within(settled, RESIGN_MS, schedule)
  }

  return {
    board: replica,
    put: pushed.put,
    remove: pushed.remove,
    isPushed: (id) => replica.shared(id)?.source === '',
    act: (request) => peers.call(leader.collecting(), request),
    async setSources(next) {
      const isReload = running !== null
      sources = next
      running ??= keepConnected(machine, run)
      // Keeps the process alive: all other timers are unreferenced, and the server does not listen yet.
      const timer = setTimeout(() => undefined, MAX_TIMER_MS)
      await firstHeartbeat.promise.finally(() => clearTimeout(timer))
      if (isReload) await leader.restart()
    },
    isFresh: () => replica.isFresh,
    codes: createRedisCodeStore(machine),
    async close() {
      closing.abort()
      cancelFreshness?.()
      firstHeartbeat.resolve()
      peers.close()
      await leader.close()
      if (machine.connection) await resign(machine.connection)
      await running
      machine.connection?.end()
    },
  }
}
