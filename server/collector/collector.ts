/** The collector: which sources run. Each has a runner of its own, so that a slow or broken one does not delay the others. */
import { createLargeMap } from '../platform/large-map.ts'
import { deferred } from '../../common/async/clock.ts'
import { slicesOf } from '../platform/turns.ts'
import { createSerialQueue } from '../../common/async/serial-queue.ts'
import type { SourceCollector } from '../board/backend.ts'
import type { Source } from '../sources/source.ts'
import { createPace } from './pace.ts'
import { createTurnWatch } from './turn-watch.ts'
import { createRunner, type Runner, type RunnerDeps, type SourceState } from './runner.ts'

export interface SourceMetrics {
  readonly name: string
  readonly phase: SourceState['phase']
}

export type Collector = ReturnType<typeof createCollector>

/** Of all sources together: an attempt may cost a TLS handshake, here and at the server. */
const ATTEMPTS_PER_SECOND = 100
const ATTEMPTS_AT_ONCE = 50
/** Accounts, and sources, in one turn of the event loop. */
const SLICE = 1_000
const RUNNERS = 100

type Known = Iterable<readonly [id: string, sourceName: string]>

export function createCollector(deps: RunnerDeps) {
  const runners = new Map<Source, Runner>()
  const owners = createLargeMap<Source>()
  const pace = createPace(ATTEMPTS_PER_SECOND, ATTEMPTS_AT_ONCE, deps)
  const turns = createTurnWatch(deps)
  const enqueue = createSerialQueue()
  let configured: readonly Source[] = []
  let isSuspended = false
  let isClosed = false

  /** Slices for sources that are added: none once the collector is closed. */
  async function* addedSlices<T>(items: Iterable<T>, size: number): AsyncGenerator<readonly T[], void> {
    for await (const slice of slicesOf(items, size, () => deferred(deps.defer))) {
      if (isClosed) return
      yield slice
    }
  }

  /** Other sources and programs may count these accounts from now on; those that stay keep their number until then. */
  async function release(ids: Iterable<string>, staying: ReadonlySet<string>): Promise<void> {
    for await (const slice of slicesOf(ids, SLICE, () => deferred(deps.defer))) {
      // In one turn: what another program puts in between must not be removed.
      for (const id of slice) owners.delete(id)
      deps.board.remove(slice.filter((id) => !staying.has(id)))
    }
  }

  /** What is configured comes before what a source counted once. No source runs before all accounts have their owner. */
  async function add(sources: readonly Source[], known: Known): Promise<void> {
    const added: Runner[] = []
    const byName = new Map<string, Runner>()
    for await (const slice of addedSlices(sources, RUNNERS))
      for (const source of slice) {
        const runner = createRunner(source, owners, pace, turns, deps)
        if (isSuspended) runner.suspend()
        runners.set(source, runner)
        added.push(runner)
        if (!byName.has(source.name)) byName.set(source.name, runner)
      }
    for await (const slice of addedSlices(known, SLICE)) for (const [id, name] of slice) byName.get(name)?.claim(id)
    for await (const slice of addedSlices(added, RUNNERS)) for (const runner of slice) runner.start()
  }

  async function apply(sources: readonly Source[], known: Known): Promise<void> {
    if (isClosed) return
    const next = new Set(sources)
    const gone = [...runners].filter(([source]) => !next.has(source))
    await Promise.all(gone.map(([, runner]) => runner.close()))
    const staying = new Set(sources.flatMap(({ accounts }) => accounts))
    for (const [source, runner] of gone) {
      runners.delete(source)
      await release(runner.ids(), staying)
    }
    if (isClosed) return
    for (const runner of runners.values()) runner.reclaim()
    const added = sources.filter((source) => !runners.has(source))
    if (added.length > 0) await add(added, known)
  }

  const sourceCollector: SourceCollector = {
    setSources(sources, known = []) {
      configured = sources
      return enqueue(() => apply(sources, known))
    },
    async act(request) {
      const owner = owners.get(request.account)
      return (await (owner && runners.get(owner))?.act(request)) ?? { kind: 'unable' }
    },
    ownerOf: (id) => owners.get(id),
  }
  return {
    ...sourceCollector,
    /** True once every source has reported or failed. */
    isReady: (): boolean => configured.every((source) => runners.get(source)?.hasAnswered() === true),
    /** Resolves once each source whose accounts are unknown has reported or failed. */
    async accountsKnown(): Promise<void> {
      const unknown = Array.from(runners.values()).filter((runner) => !runner.hasAnswered() && Iterator.from(runner.ids()).next().done)
      await Promise.all(unknown.map((runner) => runner.nextAnswer()))
    },
    /** Each source by its name, with the phase it is in. */
    sources: () =>
      configured.map((source): SourceMetrics => {
        return { name: source.name, phase: runners.get(source)?.phase() ?? 'starting' }
      }),
    /** The longest turn of the event loop while sources were at work, in milliseconds, by their kind. */
    longestTurnsMs: turns.longestMs,
    /** Counts now; a source that waits for its next attempt makes it now. */
    kick(): void {
      isSuspended = false
      for (const runner of runners.values()) runner.kick()
    },
    /**
     * As `kick`, of all sources or of the one that counts this account. Resolves once each has reported or failed.
     * @param account null for all
     */
    async check(account: string | null): Promise<void> {
      if (account === null) isSuspended = false
      const owner = account === null ? undefined : owners.get(account)
      const chosen = [...runners].filter(([source]) => account === null || source === owner)
      const answers = chosen.map(([, runner]) => runner.nextAnswer())
      for (const [, runner] of chosen) runner.kick()
      await Promise.all(answers)
    },
    /** Drops every connection at once, until the next probe or kick. */
    suspend(): void {
      isSuspended = true
      for (const runner of runners.values()) runner.suspend()
    },
    /**
     * Checks whether connections are alive. The first probe after an event counts, as a kick does; a later one leaves alone
     * what has reported since the first, and reopens an older connection that has not.
     */
    probe(isFirst: boolean): void {
      isSuspended = false
      for (const runner of runners.values()) runner.probe(isFirst)
    },
    /** Ends every attempt; resolves once all resources are released. The board keeps its numbers. */
    async close(): Promise<void> {
      isClosed = true
      await Promise.all(Array.from(runners.values(), (runner) => runner.close()))
      await enqueue(() => undefined)
    },
  }
}
