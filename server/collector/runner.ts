/**
 * Runs one source, attempt by attempt, and brings what it says onto the board.
 *
 * Between attempts it waits with a growing, jittered back-off, which begins anew once an attempt has been live for a
 * while. An attempt that is silent for longer than its source promised is given up. From the moment that something is
 * noticed until the source has spoken again, its accounts are `stale` or `error`.
 */
import { backoffMs } from '../../common/async/backoff.ts'
import { createActionQueue } from './action-queue.ts'
import type { ActionOutcome } from '../sources/source.ts'
import type { Board, Cohort, Update } from '../board/board.ts'
import type { Pace } from './pace.ts'
import type { AccountError, SourceErrorCode } from '../../common/protocol/wire.ts'
import {
  type AccountCounts,
  type ActionRequest,
  type Attempt,
  type Report,
  type Source,
  SourceError,
  type SourceLog,
} from '../sources/source.ts'

export type SourceState =
  | { readonly phase: 'starting' }
  | { readonly phase: 'live' }
  | { readonly phase: 'waiting'; readonly error: AccountError; readonly retryInMs: number }
  /** Only a person can mend it: the next attempt is made on a kick. */
  | { readonly phase: 'stopped'; readonly error: AccountError }

export interface RunnerDeps {
  readonly board: Board
  readonly log: SourceLog
  /** Monotonic milliseconds. */
  readonly now: () => number
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** Calls back once after `ms`; returns what cancels that. */
  readonly schedule: (callback: () => void, ms: number) => () => void
  /** Lets attempts begin at a bounded rate: thousands of accounts must not knock at the same moment. */
  readonly pace: Pace
  /** Told whenever the state of a source changes, for metrics. */
  readonly onState?: (source: Source, state: SourceState) => void
}

export interface Runner {
  /** The accounts that this source counts. */
  ids(): Iterable<string>
  /** Takes over what another source counted too and does not any more. */
  reclaim(): void
  kick(): void
  /** Drops what it is connected by at once, and stays away until it is poked or kicked. */
  suspend(): void
  /**
   * Sees whether the connection is alive. The first poke asks, as a kick does; a later one leaves alone what has spoken
   * since the first, and makes anew a connection that is older than that and has not.
   */
  poke(isFirst: boolean): void
  /** Has the source do something with a mail; when it has, it looks again at once. */
  act(request: ActionRequest): Promise<ActionOutcome>
  close(): Promise<void>
}

/** Short enough that a server that is back is found within half a minute, whatever came before. */
const BACKOFF = { firstMs: 1_000, maxMs: 20_000, factor: 1.5 }
/** An attempt that was live for this long was a good one: the next back-off begins from the first step again. */
const GOOD_ATTEMPT_MS = 30_000
/** A login that worked before and is refused now may be a server's odd way to say "too many": asked again, rarely. */
const REFUSED_RETRY_MS = 15 * 60_000
/** How long a source may take to release what it holds once its signal is aborted. */
const LET_GO_MS = 5_000

/** The wire's bound for the message of an account's error. */
const MESSAGE_LENGTH = 1000

const NO_MAIL = { unread: 0 }

const nothing = (): void => undefined

/** The cause where an attempt was ended from here, for no fault of its own. */
const LET_GO = Symbol('let go')

/**
 * Starts running `source` and goes on until it is closed.
 * @param owners who counts which account, shared by all runners: the first to claim one has it.
 * @param knownIds the accounts that this source counted in an earlier run.
 */
export function createRunner(source: Source, owners: Map<string, Source>, knownIds: Iterable<string>, deps: RunnerDeps): Runner {
  const { board, log, now, random, schedule, pace, onState } = deps
  /** The accounts of this source, each with the number of the report that named it last. */
  const reportedIn = new Map<string, number>()
  let reports = 0
  /** Who is confirmed together, in this attempt. */
  let cohort: Cohort = { checkedAtMs: 0 }
  /** What this attempt reported last of accounts that another source counts. */
  const contested = new Map<string, AccountCounts>()
  const named = new Set<string>()
  const closing = new AbortController()
  const kickListeners = new Set<() => void>()
  let failures = 0
  let everLive = false
  let liveSinceMs: number | null = null
  let endPause: (() => void) | null = null
  let asleep = false
  /** Gives the present attempt up. */
  let abandon: ((why: SourceError) => void) | null = null
  /** Whether it has spoken since the first poke, or has been connecting since then. */
  let provenSincePoke = false
  /** What the pause between two attempts is for: who refuses, or wants fewer requests, is not to be poked. */
  let pausedFor: SourceErrorCode | null = null
  /** The sign-in was refused, and nothing has signed in since: until then, or a while later, nobody tries for an act. */
  let signInRefused: { readonly error: AccountError; readonly atMs: number } | null = null
  const acts = createActionQueue({
    source,
    schedule,
    failureOf(cause) {
      const error = asSourceError(cause, source)
      const shown = shownOf(error)
      noteRefusal(shown)
      return { kind: 'failed', error: shown, retryAfterMs: error.retryAfterMs }
    },
    obstacle: () => (signInRefused && now() - signInRefused.atMs < REFUSED_RETRY_MS ? signInRefused.error : null),
  })

  function noteRefusal(error: AccountError): void {
    if (error.code === 'auth') signInRefused = { error, atMs: now() }
  }

  function claim(id: string): boolean {
    const owner = owners.get(id)
    if (owner === source) return true
    if (owner) {
      if (!named.has(id)) log.warn({ source: source.name, account: id, owner: owner.name }, 'account is counted by another source already')
      named.add(id)
      return false
    }
    owners.set(id, source)
    reportedIn.set(id, 0)
    return true
  }

  /** One pass without a copy of the ids: those that are missing are looked for only where fewer came than are known. */
  function* updatesOf({ accounts, rest, unreadable }: Report): Iterable<Update> {
    const report = ++reports
    let came = 0
    const isNew = (id: string): boolean => {
      if (reportedIn.get(id) === report) return false
      reportedIn.set(id, report)
      came += 1
      return true
    }
    for (const counts of accounts) {
      if (!claim(counts.id)) contested.set(counts.id, counts)
      else if (isNew(counts.id)) yield { id: counts.id, counts, status: 'ok' }
    }
    for (const [id, reason] of unreadable ?? []) {
      if (reportedIn.has(id) && isNew(id))
        yield notFresh(id, { code: 'protocol', message: `${source.name} gives a row that is not valid: ${reason}.` })
    }
    if (rest !== 'gone' || came === reportedIn.size) return
    for (const [id, last] of reportedIn) if (last !== report) yield { id, counts: NO_MAIL, status: 'ok' }
  }

  /** The number stays; only how far it can be trusted changes. */
  function notFresh(id: string, error: AccountError): Update {
    const needsSomebody = error.code === 'auth' || error.code === 'config'
    const counted = board.get(id)?.counts != null
    return { id, status: needsSomebody || !counted ? 'error' : 'stale', error }
  }

  function markNotFresh(error: AccountError): void {
    board.apply(Array.from(reportedIn.keys(), (id) => notFresh(id, error)))
  }

  /** Runs one attempt to its end; the reason comes back as an error, always. */
  async function attempt(): Promise<SourceError> {
    const given = new AbortController()
    const signal = AbortSignal.any([closing.signal, given.signal])
    cohort = { checkedAtMs: 0 }
    contested.clear()
    let cancelWatch = nothing
    let cancelOverdue = nothing
    let gaveUp: SourceError | null = null
    const giveUp = (why: SourceError): void => {
      gaveUp = why
      markNotFresh(shownOf(why))
      given.abort(why)
    }
    const watch = (ms: number): void => {
      cancelWatch()
      cancelWatch = schedule(
        () => giveUp(new SourceError('network', `${source.name} has not answered for ${Math.round(ms / 1000)} s; it is asked again.`)),
        ms,
      )
    }
    const face: Attempt = {
      signal,
      log,
      report(report) {
        if (signal.aborted) return
        provenSincePoke = true
        watch(source.silenceMs)
        board.apply(updatesOf(report), report.rest && cohort)
        if (liveSinceMs === null) {
          liveSinceMs = now()
          everLive = true
          signInRefused = null
          onState?.(source, { phase: 'live' })
        }
      },
      onKick(listener) {
        kickListeners.add(listener)
        return () => void kickListeners.delete(listener)
      },
    }
    // Nobody is held up by a source that hangs: one that does not let go a while after it was told to is left behind.
    const overdue = new Promise<never>((_, reject) => {
      const late = new SourceError('protocol', `${source.name} did not stop when told to; it is left behind.`)
      signal.addEventListener('abort', () => (cancelOverdue = schedule(() => reject(late), LET_GO_MS)), { once: true })
    })
    watch(source.firstReportMs)
    abandon = giveUp
    provenSincePoke = true
    try {
      await Promise.race([source.run(face), overdue])
      return gaveUp ?? new SourceError('network', `${source.name} ended the connection; it is asked again.`)
    } catch (error) {
      return gaveUp ?? asSourceError(error, source)
    } finally {
      abandon = null
      given.abort()
      cancelWatch()
      cancelOverdue()
      kickListeners.clear()
    }
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
    if (error.code === 'auth') return everLive ? REFUSED_RETRY_MS : null
    // What worked before may work again by itself: a table is away while it is being changed.
    if (error.code === 'config' && !everLive) return null
    return Math.max(backoffMs(failures, BACKOFF, random), error.retryAfterMs ?? 0)
  }

  async function loop(): Promise<void> {
    for (;;) {
      await (asleep ? pause(null) : pace.turn(closing.signal))
      if (closing.signal.aborted) return
      if (asleep) continue
      onState?.(source, { phase: 'starting' })
      liveSinceMs = null
      const error = await attempt()
      if (closing.signal.aborted) return
      if (liveSinceMs !== null && now() - liveSinceMs >= GOOD_ATTEMPT_MS) failures = 0
      // Nothing has failed: it was let go.
      if (error.cause === LET_GO) continue
      const retryInMs = retryMsOf(error)
      failures += 1
      const shown = shownOf(error)
      markNotFresh(shown)
      noteRefusal(shown)
      onState?.(source, retryInMs === null ? { phase: 'stopped', error: shown } : { phase: 'waiting', error: shown, retryInMs })
      log.warn({ source: source.name, code: error.code, retryInMs, reason: shown.message }, 'source is not available')
      pausedFor = error.code
      await pause(retryInMs)
      pausedFor = null
    }
  }

  for (const id of knownIds) claim(id)
  // A number that is there already is somebody else's, or from an earlier run.
  board.apply(source.accounts.filter(claim).map((id): Update => ({ id, status: board.get(id)?.counts ? 'stale' : 'pending' })))
  const ended = loop()

  function letGo(why: string): void {
    abandon?.(new SourceError('network', `${source.name} ${why}.`, { cause: LET_GO }))
  }

  function kick(): void {
    asleep = false
    endPause?.()
    for (const listener of kickListeners) listener()
  }

  return {
    ids: () => reportedIn.keys(),
    reclaim() {
      if (liveSinceMs === null) return
      const free = [...contested.values()].filter(({ id }) => !owners.has(id))
      for (const { id } of free) contested.delete(id)
      board.apply(updatesOf({ accounts: free }), cohort)
    },
    kick,
    suspend() {
      asleep = true
      letGo('is not connected while the machine sleeps')
    },
    poke(isFirst) {
      asleep = false
      if (abandon === null) {
        if (pausedFor !== 'auth' && pausedFor !== 'rate') endPause?.()
      } else if (isFirst) {
        provenSincePoke = false
        kick()
      } else if (!provenSincePoke) letGo('has not answered after a change of the network; it is asked again')
    },
    async act(request) {
      const outcome = await acts.run(request)
      if (outcome.kind === 'done' || outcome.kind === 'gone') kick()
      return outcome
    },
    async close() {
      closing.abort()
      acts.close()
      endPause?.()
      await ended
    },
  }
}

/** An error as it is shown and logged: what a broken server sends may be in it. */
const shownOf = ({ code, message }: SourceError): AccountError => ({
  code,
  message: message
    .replaceAll(/[\p{Cc}\p{Cf}\ufffd]+/gu, ' ')
    .slice(0, MESSAGE_LENGTH)
    .toWellFormed(),
})

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
