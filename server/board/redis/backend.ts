/**
 * A board that several machines share over Redis. Each has a replica of it, and answers its own clients from that; one
 * machine, by a lease, runs the sources. Every change goes to Redis first, and comes from there to every replica, this
 * machine's own too: so no client ever gets a tag that another machine could not know.
 */
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import type { Source } from '../../sources/source.ts'
import type { BoardBackend, SourceCollector } from '../backend.ts'
import type { Board } from '../board.ts'
import type { RedisConfig } from './config.ts'
import { type Connection, openConnection } from './connection.ts'
import { namesOf } from './keys.ts'
import { createLeader } from './leader.ts'
import { confirmedText, formatPeerMessage, HEARTBEAT_NOW_TEXT, writeArguments } from './messages.ts'
import { createPeerRpc } from './peer-rpc.ts'
import { keepConnected, reasonOf } from './reconnect.ts'
import { createReplica } from './replica.ts'
import { runSession } from './session.ts'

export interface RedisBackendDeps extends Clock {
  readonly config: RedisConfig
  readonly log: Logger
  readonly random: () => number
  /** Epoch milliseconds. */
  readonly wallClock: () => number
  /** Random, of characters that an entity-tag and a key may hold. */
  readonly newId: () => string
  /** The board that the collector writes to: no client reads it. */
  readonly intake: Board
  readonly collector: SourceCollector
}

/** Redis may be unavailable for this long before the numbers become stale: a restart, a failover. */
const GRACE_MS = 10_000
/** A write returns to this machine's replica nearly always at once; a PUT waits no longer than this for it. */
const ECHO_MS = 1_000
const RESIGN_MS = 2_000
/** The longest timer that Node has. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** `setSources` resolves after the first resync: before it there is nothing to answer with. */
export function createRedisBackend(deps: RedisBackendDeps): BoardBackend {
  const { config, log, now, random, schedule, wallClock, newId, intake, collector } = deps
  const machine = newId()
  const names = namesOf(config.prefix)
  const replica = createReplica(newId())
  const closing = new AbortController()
  const firstHeartbeat = Promise.withResolvers<void>()
  let sources: readonly Source[] = []
  let connection: Connection | null = null
  let cancelGrace: (() => void) | null = null
  let running: Promise<void> | null = null

  const leader = createLeader({
    machine,
    log,
    now,
    replica,
    intake,
    collector,
    sources: () => sources,
    // A conflict cannot be: sources may write to all accounts.
    write: async (term, accounts) => ['done', 'conflict'].includes((await write(term, accounts)).kind),
    async confirm(times) {
      if (!connection) throw new Error('There is no connection.')
      const { commands, answer } = connection
      await answer(commands.hSet(names.confirmed, new Map(times.map(([source, atMs]) => [source, String(atMs)]))))
      await answer(commands.publish(names.changes, confirmedText(times)))
    },
    graceMs: GRACE_MS,
  })

  const peers = createPeerRpc({
    machine,
    newId,
    schedule,
    send: async (to, message) => (await connection?.commands.publish(names.machine(to), formatPeerMessage(message))) ?? 0,
    act: collector.act,
  })

  async function write(term: string, accounts: readonly string[]) {
    const unavailable = { kind: 'unavailable' } as const
    if (!connection) return unavailable
    const { commands, answer } = connection
    try {
      const written = await answer(commands.write([names.accounts, names.meta, names.seeding], [names.changes, term, ...accounts]))
      if (written.kind === 'unavailable') await answer(commands.publish(names.changes, HEARTBEAT_NOW_TEXT))
      return written
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, 'cannot write to the shared board; retrying')
      return unavailable
    }
  }

  function stopGrace(): void {
    cancelGrace?.()
    cancelGrace = null
  }

  /** After a while without a connection the numbers become stale. */
  function startGrace(): void {
    cancelGrace ??= schedule(() => {
      if (replica.isFresh) log.error({ machine }, 'the shared board is unreachable; its numbers are stale until it is back')
      replica.disconnect()
    }, GRACE_MS)
  }

  const run = (): Promise<void> =>
    keepConnected({
      machine,
      log,
      random,
      schedule,
      signal: closing.signal,
      open: () => openConnection(config),
      onConnection(next) {
        connection = next
        if (!next) startGrace()
      },
      run: (opened, onAlive) =>
        runSession({
          connection: opened,
          names,
          replica,
          machine,
          mayCollect: sources.length > 0,
          newId,
          schedule,
          signal: closing.signal,
          onHeartbeat(heartbeat) {
            onAlive()
            stopGrace()
            firstHeartbeat.resolve()
            leader.onHeartbeat(heartbeat)
          },
          onPeerMessage: peers.receive,
        }),
    })

  /** Resolves once the replica has this rev. */
  function echo(rev: number): Promise<void> {
    if (replica.rev >= rev) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        cancel()
        unsubscribe()
        resolve()
      }
      const cancel = schedule(done, ECHO_MS)
      const unsubscribe = replica.subscribe(() => {
        if (replica.rev >= rev) done()
      })
    })
  }

  /** Another machine need not wait until the lease has run out. */
  async function resign({ commands }: Connection): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const cancel = schedule(resolve, RESIGN_MS)
    const resigned = commands.resign([names.collector], [machine]).then(() => commands.publish(names.changes, HEARTBEAT_NOW_TEXT))
    await Promise.race([resigned.catch(() => undefined), late])
    cancel()
  }

  return {
    board: replica,
    async put(accounts) {
      const checkedAtMs = wallClock()
      const put = accounts.flatMap(({ id, counts }) =>
        writeArguments({ id, source: '', checkedAtMs, state: { counts, status: 'ok', error: undefined } }),
      )
      const written = await write('', put)
      if (written.kind === 'fenced') return { kind: 'unavailable' }
      // So that the client that sent a count finds it here.
      if (written.kind === 'done') await echo(written.rev)
      return written
    },
    act: (request) => peers.call(leader.collecting(), request),
    async setSources(next) {
      sources = next
      running ??= run()
      // Keeps the process alive: all other timers are unreferenced, and the server does not listen yet.
      const timer = setTimeout(() => undefined, MAX_TIMER_MS)
      await firstHeartbeat.promise.finally(() => clearTimeout(timer))
    },
    isFresh: () => replica.isFresh,
    async close() {
      closing.abort()
      stopGrace()
      firstHeartbeat.resolve()
      peers.close()
      await leader.close()
      if (connection) await resign(connection)
      await running
      connection?.end()
    },
  }
}
