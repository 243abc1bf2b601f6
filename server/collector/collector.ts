/**
 * The collector: which sources run, and which of them counts which account. Each is run by a runner of its own, so
 * that a slow or broken one holds nobody else up.
 */
import { createSerialQueue } from '../../common/async/serial-queue.ts'
import type { ActionOutcome } from '../sources/source.ts'
import { createPace } from './pace.ts'
import { createRunner, type Runner, type RunnerDeps } from './runner.ts'
import type { ActionRequest, Source } from '../sources/source.ts'

export type { SourceState } from './runner.ts'

export interface CollectorDeps extends Omit<RunnerDeps, 'pace'> {
  /** The accounts that a source of this name counted in an earlier run, so that one that has vanished since becomes 0. */
  readonly knownIds?: (sourceName: string) => Iterable<string>
}

export interface Collector {
  /**
   * Runs exactly these sources from now on. One that is there already (the same object) goes on undisturbed; the
   * accounts of one that is not in the list any more leave the board, but for those that a new one names beforehand.
   * Calls are taken one after another; the last one wins.
   */
  setSources(sources: readonly Source[]): Promise<void>
  /** Every source looks now; one that waits for its next attempt makes it now. */
  kick(): void
  /** Drops every connection at once, until a poke or a kick. */
  suspend(): void
  /** Sees whether the connections are alive; see `Runner`. */
  poke(isFirst: boolean): void
  /** Has whoever counts the account do something with one of its mails. */
  act(request: ActionRequest): Promise<ActionOutcome>
  /** Who counts this account, or undefined. */
  ownerOf(id: string): Source | undefined
  /** Ends every attempt and resolves when all have let go of what they held. The board keeps its numbers. */
  close(): Promise<void>
}

/** Of all sources together: an attempt may cost a TLS handshake, here and at the other side. */
const ATTEMPTS = { perSecond: 100, burst: 50 }

export function createCollector(deps: CollectorDeps): Collector {
  const runners = new Map<Source, Runner>()
  const owners = new Map<string, Source>()
  const pace = createPace({ ...ATTEMPTS, now: deps.now, schedule: deps.schedule })
  let closed = false
  const enqueue = createSerialQueue()

  async function apply(sources: readonly Source[]): Promise<void> {
    if (closed) return
    const gone = [...runners].filter(([source]) => !sources.includes(source))
    await Promise.all(gone.map(([, runner]) => runner.close()))
    const staying = new Set(sources.flatMap(({ accounts }) => accounts))
    for (const [source, runner] of gone) {
      runners.delete(source)
      const ids = [...runner.ids()]
      for (const id of ids) owners.delete(id)
      deps.board.remove(ids.filter((id) => !staying.has(id)))
    }
    if (closed) return
    for (const runner of runners.values()) runner.reclaim()
    for (const source of sources) {
      if (!runners.has(source)) runners.set(source, createRunner(source, owners, deps.knownIds?.(source.name) ?? [], { ...deps, pace }))
    }
  }

  return {
    setSources: (sources) => enqueue(() => apply(sources)),
    kick() {
      for (const runner of runners.values()) runner.kick()
    },
    suspend() {
      for (const runner of runners.values()) runner.suspend()
    },
    poke(isFirst) {
      for (const runner of runners.values()) runner.poke(isFirst)
    },
    async act(request) {
      const owner = owners.get(request.account)
      return (await (owner && runners.get(owner))?.act(request)) ?? { kind: 'unable' }
    },
    ownerOf: (id) => owners.get(id),
    async close() {
      closed = true
      await Promise.all(Array.from(runners.values(), (runner) => runner.close()))
      await enqueue(() => undefined)
    },
  }
}
