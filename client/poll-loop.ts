/**
 * The poll loop: polls again the moment it is answered, so that it looks like a permanent connection.
 *
 * A pure state machine: clock, random and transport are passed in. At most one poll is in flight. The accounts always
 * travel with the state of the link, so that an old number is never shown as if it were fresh.
 */
import type { Clock } from '../common/async/clock.ts'
import type { LinkProblem, LinkState } from '../common/protocol/link.ts'
import type { Account } from '../common/protocol/wire.ts'
import { type ETag, isSameETag } from '../common/protocol/headers.ts'
import { withLastCounts } from './last-counts.ts'
import { createPollWait } from './poll-wait.ts'
import { retryDelayMs } from './retry.ts'

/** The server shuts down, and holds no more polls. */
interface Draining {
  readonly draining?: boolean
}

/** Errors are values: their kind decides what the loop does next. */
export type PollAnswer =
  | ({ readonly kind: 'accounts'; readonly tag: ETag; readonly accounts: readonly Account[] } & Draining)
  | ({ readonly kind: 'unchanged' } & Draining)
  /** The token is wrong, or may not read: polling again is of no use. */
  | { readonly kind: 'signed-out'; readonly problem: LinkProblem }
  /** A later poll may succeed, not before `retryAfterMs` if the server sent it. */
  | { readonly kind: 'failed'; readonly problem: LinkProblem; readonly retryAfterMs?: number }

export interface PollRequest {
  /** The tag of the last answer, or null for the first poll. */
  readonly tag: ETag | null
  readonly waitSeconds: number
  readonly signal: AbortSignal
}

/** One poll of a server. Rejects only for a bug. The answer to an aborted poll is ignored. */
export type Transport = (request: PollRequest) => Promise<PollAnswer>

/** The link and what came over it last. `accounts` is null until the first answer. */
export interface LinkView {
  readonly link: LinkState
  readonly accounts: readonly Account[] | null
}

export interface PollLoopDeps extends Clock {
  /** Epoch milliseconds, for the time of the next try that is shown. */
  readonly wallClock: () => number
  readonly transport: Transport
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly onView: (view: LinkView) => void
}

export interface PollLoop {
  readonly view: LinkView
  start(): void
  /** Polls now: after resume, or after a change of the network. Aborts a poll in flight. */
  kick(): void
  /**
   * Polls now because the user requests it: a live link stays live until the answer. Resolves with whether the server has
   * confirmed what is shown.
   */
  check(): Promise<boolean>
  stop(): void
}

/** Unchanged answers that follow each other faster than this come from a broken proxy or server. */
const HASTY_MS = 1_000
/**
 * Changes that may follow each other faster than that before polls are spread, a little more with each, to one a second.
 * Two servers behind one address that do not share a board would answer each other's tags without end.
 */
const HASTY_CHANGES = 10
const SPREAD_MS = 10
const NOT_HOLDING: LinkProblem = {
  code: 'altered',
  detail: 'The server answers at once though nothing changed; a proxy may be removing the If-None-Match or Prefer header.',
}

export const RESTARTING: LinkProblem = { code: 'restarting', detail: 'The server is restarting.' }
/** Without an answer for longer, a server that shut down is not expected back. */
export const RESTART_MS = 30_000
/** What a server that restarts, or a proxy in front of it, lets its clients see. */
const AWAY = new Set<LinkProblem['code']>(['unreachable', 'no-answer', 'gateway', 'not-ready'])

export function createPollLoop({ transport, now, wallClock, schedule, random, onView }: PollLoopDeps): PollLoop {
  let view: LinkView = { link: { phase: 'connecting' }, accounts: null }
  let tag: ETag | null = null
  /** When the current run of errors began, on the clock of `now`; null without one. */
  let failingSinceMs: number | null = null
  /** Changes in a row that were answered hastily. */
  let hastyChanges = 0
  const pollWait = createPollWait(now)
  /** When the server last said that it shuts down; null once it holds polls. */
  let drainedAtMs: number | null = null
  let running = false
  let inFlight: AbortController | null = null
  let cancelPause: (() => void) | null = null
  /** Called after the next answer. */
  const onAnswer: ((isConfirmed: boolean) => void)[] = []

  function show(link: LinkState, accounts = view.accounts): void {
    if (link.phase === view.link.phase && link.phase === 'live' && accounts === view.accounts) return
    view = { link, accounts }
    onView(view)
  }

  /** A reconnection starts with a poll that is not held, so that the answer proves at once that the link is alive. */
  async function poll(wait = view.link.phase === 'live' ? pollWait.seconds() : 0): Promise<void> {
    cancelPause = null
    const own = new AbortController()
    inFlight = own
    const sentAtMs = now()
    const answer = await transport({ tag, waitSeconds: wait, signal: own.signal }).catch((error: unknown): PollAnswer => ({
      kind: 'failed',
      problem: { code: 'unavailable', detail: String(error) },
    }))
    if (inFlight !== own) return
    inFlight = null
    const held = wait > 0
    const tookMs = now() - sentAtMs
    if (held) noteHold(answer, tookMs)
    take(answer, held, held && tookMs < HASTY_MS)
    answered()
  }

  function answered(): void {
    for (const listener of onAnswer.splice(0)) listener(view.link.phase === 'live')
  }

  /** The limit of a proxy is no outage: the back-off begins anew. */
  function noteHold(answer: PollAnswer, heldMs: number): void {
    if (answer.kind !== 'failed') pollWait.noteAnswer()
    else if (pollWait.noteFailure(answer.problem.code, heldMs)) failingSinceMs = null
  }

  /** Only news, or a poll that was held, ends the back-off: a server that never holds would be polled without a pause. */
  function take(answer: PollAnswer, held: boolean, hasty: boolean): void {
    if (answer.kind === 'failed') return retry(isRestart(answer.problem) ? RESTARTING : answer.problem, answer.retryAfterMs)
    if (answer.kind === 'signed-out') {
      running = false
      return show({ phase: 'signed-out', problem: answer.problem })
    }
    if (answer.draining) drainedAtMs = now()
    else if (held) drainedAtMs = null
    const latest =
      answer.kind === 'accounts'
        ? { tag: answer.tag, accounts: withLastCounts(answer.accounts, view.accounts) }
        : { tag, accounts: view.accounts }
    const isNews = !isSameETag(latest.tag, tag)
    if (hasty && !isNews) return retry(answer.draining ? RESTARTING : NOT_HOLDING)
    if (held || isNews) failingSinceMs = null
    tag = latest.tag
    hastyChanges = hasty ? hastyChanges + 1 : 0
    show({ phase: 'live' }, latest.accounts)
    if (!running) return
    if (hastyChanges <= HASTY_CHANGES) void poll()
    else cancelPause = schedule(() => void poll(), Math.min(HASTY_MS, (hastyChanges - HASTY_CHANGES) * SPREAD_MS))
  }

  const isRestart = ({ code }: LinkProblem): boolean => drainedAtMs !== null && now() - drainedAtMs < RESTART_MS && AWAY.has(code)

  function retry(problem: LinkProblem, retryAfterMs = 0): void {
    failingSinceMs ??= now()
    const delayMs = retryDelayMs(now() - failingSinceMs, retryAfterMs, random)
    cancelPause = schedule(() => void poll(), delayMs)
    show({ phase: 'retrying', atMs: wallClock() + delayMs, problem })
  }

  function abortPoll(): void {
    cancelPause?.()
    cancelPause = null
    const abandoned = inFlight
    inFlight = null
    abandoned?.abort()
  }

  return {
    get view() {
      return view
    },
    start() {
      if (running) return
      running = true
      show({ phase: 'connecting' })
      void poll()
    },
    kick() {
      if (!running) return
      abortPoll()
      failingSinceMs = null
      pollWait.reset()
      show({ phase: 'connecting' })
      void poll()
    },
    async check() {
      if (!running) return false
      const { promise, resolve } = Promise.withResolvers<boolean>()
      onAnswer.push(resolve)
      abortPoll()
      failingSinceMs = null
      if (view.link.phase !== 'live') show({ phase: 'connecting' })
      void poll(0)
      return await promise
    },
    stop() {
      running = false
      abortPoll()
      show({ phase: 'stopped' })
      answered()
    },
  }
}
