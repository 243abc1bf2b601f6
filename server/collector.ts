/**
 * The collector: runs the sources, and brings what they say onto the board.
 *
 * A source is run attempt by attempt. Between attempts the collector waits with a growing, jittered back-off, reset
 * once an attempt has lived for a while. An attempt that is silent for longer than its source promised is given up.
 * From the moment that something is noticed until the source has spoken again, its accounts are `stale` or `error`.
 */
import type { Board, Update } from './core/board.ts'
import type { AccountError, SourceErrorCode } from './protocol.ts'
import { type Attempt, type Report, type Source, SourceError, type SourceLog } from './sources/source.ts'

export interface CollectorDeps {
  readonly board: Board
  readonly log: SourceLog
  /** Monotonic milliseconds. */
  readonly now: () => number
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** Calls back once after `ms`; returns what cancels that. */
  readonly schedule: (callback: () => void, ms: number) => () => void
  /** The accounts that a source of this name counted in an earlier run, so that one that has vanished since becomes 0. */
  readonly knownIds?: (sourceName: string) => Iterable<string>
  /** Told whenever the state of a source changes, for metrics. */
  readonly onState?: (source: Source, state: SourceState) => void
}

export type SourceState =
  | { readonly phase: 'starting' }
  | { readonly phase: 'live' }
  | { readonly phase: 'waiting'; readonly error: AccountError; readonly retryInMs: number }
  /** Only a person can mend it: the next attempt is made on a kick. */
  | { readonly phase: 'stopped'; readonly error: AccountError }

export interface Collector {
  /**
   * Runs exactly these sources from now on. One that is there already (the same object) goes on undisturbed; the
   * accounts of one that is not in the list any more leave the board.
   */
  setSources(sources: readonly Source[]): Promise<void>
  /** Every source looks now; one that waits for its next attempt makes it now. */
  kick(): void
  /** Who counts this account, or undefined. */
  ownerOf(id: string): Source | undefined
  /** Ends every attempt and resolves when all have let go of what they held. The board keeps its numbers. */
  close(): Promise<void>
}

const BACKOFF_FIRST_MS = 1_000
const BACKOFF_MAX_MS = 60_000
/** An attempt that lived this long was a good one: the next back-off begins from the first step again. */
const GOOD_ATTEMPT_MS = 30_000
/** A login that worked before and is refused now may be a server's odd way to say "too many": asked again, rarely. */
const REFUSED_RETRY_MS = 15 * 60_000
/** How long a source may take to release what it holds once its signal is aborted. */
const LET_GO_MS = 5_000

export function createCollector(deps: CollectorDeps): Collector {
  const runners = new Map<Source, Runner>()
  const owners = new Map<string, Source>()

  return {
    async setSources(sources) {
      const wanted = new Set(sources)
      const gone = [...runners].filter(([source]) => !wanted.has(source))
      for (const [source] of gone) runners.delete(source)
      await Promise.all(gone.map(([, runner]) => runner.close()))
      for (const [, runner] of gone) {
        for (const id of runner.ids) owners.delete(id)
        deps.board.remove(runner.ids)
      }
      for (const source of sources) if (!runners.has(source)) runners.set(source, createRunner(source, owners, deps))
    },
    kick() {
      for (const runner of runners.values()) runner.kick()
    },
    ownerOf: (id) => owners.get(id),
    async close() {
      await Promise.all(Array.from(runners.values(), (runner) => runner.close()))
      runners.clear()
    },
  }
}

const nothing = (): void => undefined

interface Runner {
  /** The accounts that this source counts. */
  readonly ids: ReadonlySet<string>
  kick(): void
  close(): Promise<void>
}

function createRunner(source: Source, owners: Map<string, Source>, deps: CollectorDeps): Runner {
  const { board, log, now, random, schedule, onState } = deps
  const ids = new Set<string>()
  const contested = new Set<string>()
  const closing = new AbortController()
  const kickListeners = new Set<() => void>()
  let failures = 0
  let everLive = false
  let live = false
  let endPause: (() => void) | null = null

  function claim(id: string): boolean {
    const owner = owners.get(id)
    if (owner === source) return true
    if (owner) {
      if (!contested.has(id))
        log.warn({ source: source.name, account: id, owner: owner.name }, 'account is counted by another source already')
      contested.add(id)
      return false
    }
    owners.set(id, source)
    ids.add(id)
    return true
  }

  function* updatesOf({ accounts, complete }: Report): Iterable<Update> {
    const missing = complete ? new Set(ids) : null
    for (const counts of accounts) {
      missing?.delete(counts.id)
      if (claim(counts.id)) yield { id: counts.id, counts, status: 'ok' }
    }
    if (missing) for (const id of missing) yield { id, counts: { unread: 0 }, status: 'ok' }
  }

  /** The number stays; only how far it can be trusted changes. */
  function markNotFresh(error: AccountError): void {
    const needsSomebody = error.code === 'auth' || error.code === 'config'
    board.apply(
      Array.from(ids, (id): Update => {
        const counted = board.get(id)?.counts != null
        return { id, status: needsSomebody || !counted ? 'error' : 'stale', error }
      }),
    )
  }

  /** Runs one attempt to its end; the reason comes back as an error, always. */
  async function attempt(): Promise<SourceError> {
    const given = new AbortController()
    const signal = AbortSignal.any([closing.signal, given.signal])
    let cancelWatch = nothing
    let gaveUp: SourceError | null = null
    const watch = (ms: number): void => {
      cancelWatch()
      cancelWatch = schedule(() => {
        gaveUp = new SourceError('network', `${source.name} has not answered for ${Math.round(ms / 1000)} s; it is asked again.`)
        live = false
        markNotFresh({ code: gaveUp.code, message: gaveUp.message })
        given.abort(gaveUp)
      }, ms)
    }
    const face: Attempt = {
      signal,
      log,
      report(report) {
        if (signal.aborted) return
        watch(source.silenceMs)
        board.apply(updatesOf(report))
        if (!live) {
          live = everLive = true
          onState?.(source, { phase: 'live' })
        }
      },
      onKick(listener) {
        kickListeners.add(listener)
        return () => void kickListeners.delete(listener)
      },
    }
    watch(source.firstReportMs)
    try {
      await Promise.race([source.run(face), overdue(signal)])
      return gaveUp ?? new SourceError('network', `${source.name} ended the connection; it is asked again.`)
    } catch (error) {
      return gaveUp ?? asSourceError(error, source)
    } finally {
      cancelWatch()
      kickListeners.clear()
      live = false
      given.abort()
    }
  }

  /** Rejects when a source has not let go a while after it was told to: nobody is held up by one that hangs. */
  function overdue(signal: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      const late = new SourceError('protocol', `${source.name} did not stop when told to; it is left behind.`)
      signal.addEventListener('abort', () => void schedule(() => reject(late), LET_GO_MS), { once: true })
    })
  }

  /** Waits `ms`, or until a kick where it is null. */
  function pause(ms: number | null): Promise<void> {
    return new Promise((resolve) => {
      const cancel = ms === null ? nothing : schedule(() => endPause?.(), ms)
      endPause = () => {
        endPause = null
        cancel()
        resolve()
      }
    })
  }

  function retryMsOf(error: SourceError): number | null {
    if (error.code === 'config') return null
    if (error.code === 'auth') return everLive ? REFUSED_RETRY_MS : null
    const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 1.5 ** failures)
    const backoff = ceiling / 2 + (random() * ceiling) / 2
    return Math.max(backoff, error.retryAfterMs ?? 0)
  }

  async function loop(): Promise<void> {
    while (!closing.signal.aborted) {
      onState?.(source, { phase: 'starting' })
      const startedAt = now()
      const error = await attempt()
      if (closing.signal.aborted) return
      if (now() - startedAt >= GOOD_ATTEMPT_MS) failures = 0
      const retryInMs = retryMsOf(error)
      failures += 1
      const shown = { code: error.code, message: error.message }
      markNotFresh(shown)
      onState?.(source, retryInMs === null ? { phase: 'stopped', error: shown } : { phase: 'waiting', error: shown, retryInMs })
      log.warn({ source: source.name, code: error.code, retryInMs, reason: error.message }, 'source is not available')
      await pause(retryInMs)
    }
  }

  board.apply(source.accounts.filter(claim).map((id): Update => ({ id })))
  for (const id of deps.knownIds?.(source.name) ?? []) claim(id)
  const ended = loop()

  return {
    ids,
    kick() {
      endPause?.()
      for (const listener of kickListeners) listener()
    },
    async close() {
      closing.abort()
      endPause?.()
      await ended
    },
  }
}

const sourceErrorCodes = new Map<string, SourceErrorCode>(
  ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EPIPE', 'EAI_AGAIN'].map((code) => [
    code,
    'network',
  ]),
)

/** An error that a source did not put into words: a network fault by its code, else something unexpected. */
function asSourceError(error: unknown, source: Source): SourceError {
  if (error instanceof SourceError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const kind = sourceErrorCodes.get(code) ?? 'protocol'
  const said = error instanceof Error ? error.message : String(error)
  return new SourceError(kind, `${source.name} failed (${code || 'unexpected'}): ${said}`, { cause: error })
}
