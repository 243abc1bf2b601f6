/**
 * A board that several machines share over Redis. Each has a mirror of it, and answers its own clients from that; one of
 * them, by a lease, runs the sources. Whatever changes goes to Redis first, and comes from there to every mirror, this
 * machine's own too: so no tag is ever told that another machine could not know.
 */
import { backoffMs } from '../../../common/async/backoff.ts'
import { createSerialQueue } from '../../../common/async/serial-queue.ts'
import type { BoardBackend, PutOutcome } from '../backend.ts'
import { type Collector, type CollectorDeps, createCollector } from '../../collector/collector.ts'
import type { RedisConfig } from './config.ts'
import { createBoard, type Update } from '../board.ts'
import { createReplica, type Replica, type SharedAccount } from './replica.ts'
import type { Logger } from '../../platform/log.ts'
import { createSourceStates } from '../local.ts'
import type { AccountError } from '../../../common/protocol/wire.ts'
import type { Source } from '../../sources/source.ts'
import { type Connection, openConnection } from './connection.ts'
import { createPeerRpc } from './peer-rpc.ts'
import { confirmedText, formatPeerRequest, POLL_NOW_TEXT, writeArguments } from './messages.ts'
import { namesOf } from './keys.ts'
import { createPublisher, type Publisher, type Written } from './publisher.ts'
import { type Heartbeat, runSession } from './session.ts'

export interface RedisBackendDeps extends Pick<CollectorDeps, 'now' | 'random' | 'schedule'> {
  readonly config: RedisConfig
  readonly log: Logger
  /** Epoch milliseconds. */
  readonly wallClock: () => number
  /** Random, of characters that an entity-tag and a key may hold. */
  readonly newId: () => string
  readonly open?: (config: RedisConfig) => Promise<Connection>
}

const RECONNECT = { firstMs: 250, maxMs: 5_000 }
const LOG_EVERY = 20
/** Redis may be away for this long before the numbers are told to be old: a restart, a failover. */
const GRACE_MS = 10_000
/** What was written here is heard here, nearly always at once; longer than this nobody waits for it. */
const ECHO_MS = 1_000
const CLOSE_MS = 2_000
/** What a timer of Node can wait for at the most. */
const LONGEST_MS = 2 ** 31 - 1
/** Accounts a write: some milliseconds of Redis' time. */
const SLICE = 500

const NOT_COLLECTED: AccountError = {
  code: 'network',
  message: 'No machine collects; the number may be old until one does that has sources in its config.',
}

/** This machine, for as long as it collects. */
interface Term {
  readonly collector: Collector
  readonly publisher: Publisher
}

/** `setSources` resolves once everything was heard for the first time: until then there is nothing that could be told. */
export function createRedisBackend(deps: RedisBackendDeps): BoardBackend {
  const { config, log, schedule, newId, random, open = openConnection } = deps
  const machine = newId()
  const names = namesOf(config.prefix)
  const mirror = createReplica(newId())
  const states = createSourceStates()
  const closing = new AbortController()
  const heard = Promise.withResolvers<void>()
  let sources: readonly Source[] = []
  let connection: Connection | null = null
  let collectingMachine = ''
  let term: Term | null = null
  /** Terms begin and end one after another. */
  const enqueue = createSerialQueue()
  let cancelGrace: (() => void) | null = null
  /** On the monotonic clock, since when nobody collects; null where somebody does. */
  let uncollectedSinceMs: number | null = null

  const letters = createPeerRpc({
    machine,
    newId,
    schedule,
    send: async (to, letter) => (await connection?.commands.publish(names.machine(to), formatPeerRequest(letter))) ?? 0,
    act: async (request) => (await term?.collector.act(request)) ?? { kind: 'unable' },
  })

  async function write(termName: string, accounts: readonly string[]) {
    if (!connection) return { kind: 'away' as const }
    const { commands, answer } = connection
    try {
      const written = await answer(commands.write([names.accounts, names.meta, names.seeding], [names.changes, termName, ...accounts]))
      if (written.kind === 'away') await answer(commands.publish(names.changes, POLL_NOW_TEXT))
      return written
    } catch (error) {
      log.warn({ reason: wordsOf(error) }, 'the shared board could not be written; it is tried again')
      return { kind: 'away' as const }
    }
  }

  /** Only what is told to be refused by now is refused: a conflict cannot be, for sources have their accounts. */
  const writtenOf = ({ kind }: Awaited<ReturnType<typeof write>>): Written => (kind === 'conflict' ? 'done' : kind)

  function begin(): Term {
    const intake = createBoard({ now: deps.wallClock, epoch: machine })
    const sourceNames = new Set(sources.map(({ name }) => name))
    // What is there is where the sources go on from: only what they count differently is written.
    intake.apply(
      Array.from(mirror.all()).flatMap(({ id, source, checkedAtMs, state: { counts, status, error } }): Update[] =>
        sourceNames.has(source) && counts !== null ? [{ id, counts, status, error, checkedAtMs: checkedAtMs ?? 0 }] : [],
      ),
    )
    const collector = createCollector({ ...deps, board: intake, knownIds: (name) => mirror.idsOf(name), onState: states.note })
    const publisher = createPublisher({
      intake,
      sourceOf: (id) => collector.ownerOf(id)?.name ?? nameIn(mirror, id),
      write: async (number, accounts) => writtenOf(await write(String(number), accounts)),
      async confirm(times) {
        if (!connection) throw new Error('There is no connection.')
        const { commands, answer } = connection
        await answer(commands.hSet(names.confirmed, new Map(times.map(([source, atMs]) => [source, String(atMs)]))))
        await answer(commands.publish(names.changes, confirmedText(times)))
      },
    })
    states.setSources(sources)
    void collector.setSources(sources)
    // Of sources that nobody has any more; what came by PUT has none.
    publisher.remove(Array.from(mirror.all()).flatMap(({ id, source }) => (source === '' || sourceNames.has(source) ? [] : [id])))
    return { collector, publisher }
  }

  async function end(): Promise<void> {
    const ending = term
    term = null
    states.setSources([])
    ending?.publisher.close()
    await ending?.collector.close()
  }

  function inTurn(work: () => void | Promise<void>): Promise<void> {
    const result = enqueue(work)
    result.catch((error: unknown) => log.error({ err: error }, 'the change of who collects failed'))
    return result
  }

  function onPulse(pulse: Heartbeat): void {
    cancelGrace?.()
    cancelGrace = null
    heard.resolve()
    collectingMachine = pulse.collector
    uncollectedSinceMs = pulse.collector === '' ? (uncollectedSinceMs ?? deps.now()) : null
    if (uncollectedSinceMs !== null && deps.now() - uncollectedSinceMs >= GRACE_MS) void abandon(pulse.term)
    void inTurn(async () => {
      if (closing.signal.aborted) return
      if (pulse.collector !== machine) {
        if (term) log.warn({ machine, collector: pulse.collector }, 'another machine collects now')
        return await end()
      }
      if (!term) log.info({ machine, term: pulse.term }, 'this machine collects now')
      term ??= begin()
      term.publisher.goOn(pulse.term, pulse.epoch)
    })
  }

  /** What sources have counted is told to be old: whichever machine does it, and however many, it comes to the same. */
  async function abandon(presentTerm: number): Promise<void> {
    const old = Array.from(mirror.all()).flatMap(({ id, source, state: { counts, status } }): Omit<SharedAccount, 'rev'>[] => {
      const state = { counts, status: 'stale', error: NOT_COLLECTED } as const
      return source !== '' && status === 'ok' ? [{ id, source, checkedAtMs: mirror.get(id)?.checkedAtMs ?? null, state }] : []
    })
    if (old.length > 0) log.error({ machine, accounts: old.length }, 'no machine collects; the numbers of the sources are told to be old')
    // Refused from the moment that somebody collects: that is another term.
    for (let i = 0; i < old.length; i += SLICE) await write(String(presentTerm), old.slice(i, i + SLICE).flatMap(writeArguments))
  }

  /** Whoever hears nothing for a while says so. */
  function missing(): void {
    cancelGrace ??= schedule(() => {
      if (mirror.isFresh) log.error({ machine }, 'nothing is heard of the shared board; its numbers are told to be old until it is')
      mirror.lose()
    }, GRACE_MS)
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel()
        closing.signal.removeEventListener('abort', done)
        resolve()
      }
      const cancel = schedule(done, ms)
      closing.signal.addEventListener('abort', done)
    })
  }

  async function run(): Promise<void> {
    for (let failures = 0; !closing.signal.aborted; failures++) {
      try {
        connection = await open(config)
        await runSession({
          connection,
          names,
          mirror,
          machine,
          mayCollect: sources.length > 0,
          newId,
          schedule,
          signal: closing.signal,
          onPulse(pulse) {
            if (failures > 0) log.info({ machine }, 'the shared board is heard of again')
            failures = 0
            onPulse(pulse)
          },
          onLetter: (letter) => letters.receive(letter),
        })
      } catch (error) {
        // Not each time: it is tried again every few seconds, however long it lasts.
        if (failures % LOG_EVERY === 0)
          log.warn({ reason: wordsOf(error) }, 'there is no connection to the shared board; it is tried again')
      }
      if (closing.signal.aborted) break
      connection?.end()
      connection = null
      missing()
      await pause(backoffMs(failures, RECONNECT, random))
    }
  }

  /** Resolves once the mirror has heard of this rev. */
  function echo(rev: number): Promise<void> {
    if (mirror.rev >= rev) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        cancel()
        unsubscribe()
        resolve()
      }
      const cancel = schedule(done, ECHO_MS)
      const unsubscribe = mirror.subscribe(() => {
        if (mirror.rev >= rev) done()
      })
    })
  }

  let running: Promise<void> | null = null

  return {
    board: mirror,
    async put(accounts): Promise<PutOutcome> {
      const checkedAtMs = deps.wallClock()
      const state = { status: 'ok', error: undefined } as const
      const written = await write(
        '',
        accounts.flatMap(({ id, counts }) => writeArguments({ id, source: '', checkedAtMs, state: { ...state, counts } })),
      )
      if (written.kind === 'fenced') return { kind: 'away' }
      // Whoever has told a count finds it here.
      if (written.kind === 'done') await echo(written.rev)
      return written
    },
    async act(request) {
      return term ? await term.collector.act(request) : await letters.ask(collectingMachine, request)
    },
    async setSources(next) {
      sources = next
      running ??= run()
      // Nothing else may keep the process alive while it waits: no timer of ours does, and nobody listens yet.
      const awake = setTimeout(() => undefined, LONGEST_MS)
      try {
        await heard.promise
      } finally {
        clearTimeout(awake)
      }
    },
    // Not whether Redis is there: without it all machines would be taken out at once, who still tell what they know.
    isReady: () => term === null || states.haveAllSpoken(),
    isFresh: () => mirror.isFresh,
    phases: states.phases,
    kick: () => term?.collector.kick(),
    suspend: () => term?.collector.suspend(),
    poke: (isFirst) => term?.collector.poke(isFirst),
    async close() {
      closing.abort()
      cancelGrace?.()
      heard.resolve()
      letters.close()
      await inTurn(end)
      if (connection) await resign(connection)
      await running
      connection?.end()
    },
  }

  /** Another machine need not wait until the lease has run out. */
  async function resign({ commands }: Connection): Promise<void> {
    const told = commands.resign([names.collector], [machine]).then(async () => await commands.publish(names.changes, POLL_NOW_TEXT))
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const cancel = schedule(resolve, CLOSE_MS)
    await Promise.race([told.catch(() => undefined), late])
    cancel()
  }
}

function nameIn(mirror: Replica, id: string): string | undefined {
  const source = mirror.shared(id)?.source
  return source === '' ? undefined : source
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
