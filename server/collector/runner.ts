/**
 * Runs one source, attempt by attempt, and writes what it reports to the board. From the moment that an attempt fails
 * until the source reports again, its accounts are `stale` or `error`.
 */
import type { LargeMap } from '../platform/large-map.ts'
import type { AccountError } from '../../common/protocol/wire.ts'
import type { Board, Cohort, Update } from '../board/board.ts'
import type { Entry } from '../board/entries.ts'
import type { Clock, Defer } from '../../common/async/clock.ts'
import { createPause } from '../platform/pause.ts'
import {
  type ActionOutcome,
  type ActionRequest,
  type Counts,
  type Report,
  type Source,
  SourceError,
  type SourceLog,
} from '../sources/source.ts'
import { createActionQueue } from './action-queue.ts'
import { type RunningAttempt, startAttempt } from './attempt.ts'
import { createBoardWriter } from './board-writer.ts'
import { toAccountError, toSourceError } from './errors.ts'
import { createNotFresh } from './not-fresh.ts'
import { createOwnership } from './ownership.ts'
import type { Pace } from './pace.ts'
import { createRetryPolicy } from './retry-policy.ts'
import type { TurnWatch } from './turn-watch.ts'

export type SourceState =
  | { readonly phase: 'starting' }
  | { readonly phase: 'live' }
  | { readonly phase: 'waiting'; readonly error: AccountError; readonly retryInMs: number }
  /** Only a person can fix it: the next attempt is made on a kick. */
  | { readonly phase: 'stopped'; readonly error: AccountError }

export interface RunnerDeps extends Clock {
  readonly board: Board
  readonly log: SourceLog
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly defer: Defer
  /** Called with each account that a source reports, before it is on the board. */
  readonly onCounts?: (id: string, before: Entry | undefined, counts: Counts) => void
  /** Called after each change of a source's state. */
  readonly onState?: (source: Source, state: SourceState) => void
}

export type Runner = ReturnType<typeof createRunner>

/** The cause of an attempt's end that is no error: it was disconnected on purpose. */
const DISCONNECTED = Symbol('disconnected')

/**
 * Runs `source` from `start` until it is closed.
 * @param owners the source that counts each account, shared by all runners
 * @param pace bounds the rate of attempts: thousands of accounts must not connect at the same moment
 */
export function createRunner(
  source: Source,
  owners: LargeMap<Source>,
  pace: Pace,
  turns: TurnWatch,
  { board, log, now, random, schedule, defer, onCounts, onState }: RunnerDeps,
) {
  const closing = new AbortController()
  const isClosing = (): boolean => closing.signal.aborted
  const retry = createRetryPolicy(now, random)
  let phase: SourceState['phase'] = 'starting'
  let hasAnswered = false
  let attempt: RunningAttempt | null = null
  /** The accounts that are confirmed together, in this attempt. */
  let cohort: Cohort = { checkedAtMs: 0 }
  const pause = createPause(schedule)
  const writer = createBoardWriter(board, defer)
  const { notFresh, unreadable } = createNotFresh(board, source)
  /** The pause follows a refused sign-in, or a request for fewer requests: the server is not probed. */
  let isRefused = false
  let isSuspended = false
  /** Called when the source has next reported or failed. */
  const onAnswer: (() => void)[] = []
  /** Whether the source has reported since the first probe, or has been connecting since then. */
  let hasReportedSinceProbe = false

  const warn = (fields: object, message: string): void => log.warn({ source: source.name, ...fields }, message)
  const ownership = createOwnership(
    source,
    owners,
    {
      conflict: (account, owner) => warn({ account, owner: owner.name }, 'account is counted by another source already'),
      missing: (account, part) => warn({ account, part }, 'a part of the number is missing'),
      unreadable: (account, reason) => warn({ account, reason }, 'account is unreadable'),
      skipped: (row, reason) => warn({ row, reason }, 'left out of the report'),
      more: (more) => warn({ more }, 'more accounts are unreadable, or rows left out'),
    },
    unreadable,
  )
  const actions = createActionQueue(source, schedule, actionFailed, retry.refusedSignIn)

  function actionFailed(cause: unknown): ActionOutcome {
    const reason = toSourceError(cause, source)
    const error = toAccountError(reason)
    retry.note(reason, error)
    return { kind: 'failed', error, retryAfterMs: reason.retryAfterMs }
  }

  function answered(): void {
    for (const listener of onAnswer.splice(0)) listener()
  }

  function setState(next: SourceState): void {
    phase = next.phase
    hasAnswered ||= phase !== 'starting'
    onState?.(source, next)
  }

  function markNotFresh(reason: SourceError): Promise<void> | null {
    const error = toAccountError(reason)
    const updates = Iterator.from(ownership.ids()).map((id) => notFresh(id, error))
    return writer.write(updates, undefined, isClosing)
  }

  function* observed(updates: Iterable<Update>): Iterable<Update> {
    for (const update of updates) {
      if (update.counts) onCounts?.(update.id, board.get(update.id), update.counts)
      yield update
    }
  }

  async function onReport(report: Report, isOver: () => boolean): Promise<void> {
    hasReportedSinceProbe = true
    const rest = writer.write(observed(ownership.updatesOf(report)), report.rest && cohort, isOver)
    if (rest) await rest
    if (!report.isPart) answered()
    if (report.isPart || isOver() || retry.isLive()) return
    retry.reported()
    setState({ phase: 'live' })
  }

  async function runAttempt(): Promise<SourceError> {
    setState({ phase: 'starting' })
    retry.started()
    ownership.attemptStarted()
    cohort = { checkedAtMs: 0 }
    hasReportedSinceProbe = true
    attempt = startAttempt(source, log, schedule, closing.signal, onReport, markNotFresh, (work) =>
      turns.during(source.kind ?? 'other', work),
    )
    const reason = await attempt.ended
    attempt = null
    retry.ended()
    return reason
  }

  async function loop(): Promise<void> {
    for (;;) {
      await (isSuspended ? pause.wait(null) : pace.turn(closing.signal))
      if (closing.signal.aborted) return
      if (isSuspended) continue
      const error = await runAttempt()
      if (closing.signal.aborted) return
      if (error.cause === DISCONNECTED) continue
      const retryInMs = retry.failed(error)
      const shown = toAccountError(error)
      markNotFresh(error)
      retry.note(error, shown)
      setState(retryInMs === null ? { phase: 'stopped', error: shown } : { phase: 'waiting', error: shown, retryInMs })
      log.warn({ source: source.name, code: error.code, retryInMs, reason: shown.message }, 'source is not available')
      answered()
      isRefused = error.isSignInRefusal || error.code === 'auth' || error.code === 'rate'
      await pause.wait(retryInMs)
      isRefused = false
    }
  }

  function disconnect(reason: string): void {
    attempt?.abandon(new SourceError('network', `${source.name} ${reason}.`, { cause: DISCONNECTED }))
  }

  function kick(): void {
    isSuspended = false
    pause.end()
    attempt?.kick()
  }

  // A number that is on the board already comes from another source or an earlier run.
  const claimed = source.accounts.filter(ownership.claim)
  board.apply(claimed.map((id): Update => ({ id, status: board.get(id)?.counts ? 'stale' : 'pending' })))
  let ended = Promise.resolve()

  return {
    /** The source counted this account in an earlier run, and no other one counts it now. */
    claim: (id: string): boolean => !owners.has(id) && ownership.claim(id),
    start(): void {
      if (!isClosing()) ended = loop()
    },
    kick,
    /** Resolves once the source has next reported or failed. */
    nextAnswer(): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>()
      onAnswer.push(resolve)
      return promise
    },
    suspend() {
      isSuspended = true
      disconnect('is not connected while the machine sleeps')
    },
    probe(isFirst: boolean) {
      isSuspended = false
      if (attempt === null) {
        if (!isRefused) pause.end()
      } else if (isFirst) {
        hasReportedSinceProbe = false
        kick()
      } else if (!hasReportedSinceProbe) disconnect('did not answer after a change of the network; reconnecting')
    },
    phase: () => phase,
    /** True once the source has reported or failed. */
    hasAnswered: () => hasAnswered,
    /** The accounts that this source counts. */
    ids: ownership.ids,
    /** Takes over what another source counted too and does not any more. */
    reclaim() {
      if (retry.isLive()) void writer.write(ownership.reclaim(), cohort, isClosing)
    },
    /** Has the source act on a message; once done, it counts again at once. */
    async act(request: ActionRequest): Promise<ActionOutcome> {
      const outcome = await actions.run(request)
      if (outcome.kind === 'done' || outcome.kind === 'gone') kick()
      return outcome
    },
    async close(): Promise<void> {
      closing.abort()
      answered()
      actions.close()
      pause.end()
      await ended
      // What is still to be written is over.
      await writer.idle()
    },
  }
}
