/**
 * The poll loop: asks again the moment it is answered, so that it looks like a permanent connection.
 *
 * A pure state machine: clock, random and transport are passed in. At most one poll is in flight. What it knows of
 * the accounts always travels with the state of the link, so that an old number is never shown as if it were fresh.
 */
import type { LinkProblem, LinkState } from '../common/protocol/link.ts'
import { type Account, DEFAULT_WAIT_SECONDS } from '../common/protocol/wire.ts'
import type { Tag } from '../common/protocol/headers.ts'

/** What a poll may bring. Errors are values: which of them it is decides what the loop does next. */
export type PollAnswer =
  | { readonly kind: 'accounts'; readonly tag: Tag; readonly accounts: readonly Account[] }
  | { readonly kind: 'unchanged' }
  /** The token is wrong, or may not read: asking again is of no use. */
  | { readonly kind: 'signed-out'; readonly message: string }
  /** Anything else that a later try may mend. `retryAfterMs` is what the server asked for. */
  | { readonly kind: 'failed'; readonly problem: LinkProblem; readonly retryAfterMs?: number }

export interface PollRequest {
  /** The tag of the last answer, or null for the first. */
  readonly tag: Tag | null
  readonly waitSeconds: number
  readonly signal: AbortSignal
}

/** One request to a server. Never rejects but for a bug; an abort may answer anything, it is not looked at. */
export type Transport = (request: PollRequest) => Promise<PollAnswer>

/** The link and what came over it last. `accounts` is null until the first answer. */
export interface LinkView {
  readonly link: LinkState
  readonly accounts: readonly Account[] | null
}

export interface PollLoopDeps {
  readonly transport: Transport
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Calls back once after `ms`; returns what cancels that. */
  readonly schedule: (callback: () => void, ms: number) => () => void
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly onView: (view: LinkView) => void
  readonly waitSeconds?: number
}

export interface PollLoop {
  readonly view: LinkView
  start(): void
  /** Asks now: after resume, a change of the network, or on a person's wish. A poll in flight is given up. */
  kick(): void
  stop(): void
}

const RETRY_FIRST_MS = 1_000
const RETRY_MAX_MS = 60_000
/** Answers that come faster than this one after another, with nothing new in them, are a broken proxy or server. */
const HASTY_MS = 1_000
const NOT_HOLDING: LinkProblem = {
  code: 'not-mailbell',
  detail: 'The server answers at once though nothing changed; a proxy may be taking the If-None-Match or Prefer header away.',
}

export function createPollLoop(deps: PollLoopDeps): PollLoop {
  const { transport, now, schedule, random, onView, waitSeconds = DEFAULT_WAIT_SECONDS } = deps
  let view: LinkView = { link: { phase: 'connecting' }, accounts: null }
  let tag: Tag | null = null
  /** When the present trouble began, on the clock of `now`; null while there is none. */
  let troubleSinceMs: number | null = null
  let running = false
  let inFlight: AbortController | null = null
  let cancelRetry: (() => void) | null = null

  function show(link: LinkState, accounts = view.accounts): void {
    if (link.phase === view.link.phase && link.phase === 'live' && accounts === view.accounts) return
    view = { link, accounts }
    onView(view)
  }

  /** A reconnection starts without the tag's hold, so that the answer proves at once that the link is alive. */
  async function poll(): Promise<void> {
    cancelRetry = null
    const mine = new AbortController()
    inFlight = mine
    const sentAtMs = now()
    const wait = view.link.phase === 'live' ? waitSeconds : 0
    const answer = await ask({ tag, waitSeconds: wait, signal: mine.signal })
    if (inFlight !== mine) return
    inFlight = null
    const held = wait > 0
    take(answer, held, held && now() - sentAtMs < Math.min(HASTY_MS, wait * 250))
  }

  async function ask(request: PollRequest): Promise<PollAnswer> {
    try {
      return await transport(request)
    } catch (error) {
      return { kind: 'failed', problem: { code: 'server-error', detail: String(error) } }
    }
  }

  /** Only news, or a poll that was held, ends the back-off: a server that never holds would be asked ever again at once. */
  function take(answer: PollAnswer, held: boolean, hasty: boolean): void {
    switch (answer.kind) {
      case 'accounts':
        if (hasty && answer.tag === tag) return retry(NOT_HOLDING)
        if (held || answer.tag !== tag) troubleSinceMs = null
        tag = answer.tag
        show({ phase: 'live' }, answer.accounts)
        return again()
      case 'unchanged':
        if (hasty) return retry(NOT_HOLDING)
        if (held) troubleSinceMs = null
        show({ phase: 'live' })
        return again()
      case 'signed-out':
        running = false
        return show({ phase: 'signed-out', message: answer.message })
      case 'failed':
        return retry(answer.problem, answer.retryAfterMs)
    }
  }

  function again(): void {
    if (running) void poll()
  }

  /**
   * Full jitter: uniform between 0 and a ceiling from 1 s to 60 s, but never before `Retry-After`. The ceiling follows
   * the length of the trouble, not the number of tries: with the longest delays it doubles from try to try, and a run
   * of short ones takes nobody far beyond the others. What was away for D is found again within D + 1 s.
   */
  function retry(problem: LinkProblem, retryAfterMs = 0): void {
    troubleSinceMs ??= now()
    const ceiling = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS + now() - troubleSinceMs)
    const delayMs = Math.max(retryAfterMs, Math.round(random() * Math.max(0, ceiling)))
    cancelRetry = schedule(() => void poll(), delayMs)
    show({ phase: 'retrying', atMs: now() + delayMs, problem })
  }

  function giveUpPoll(): void {
    cancelRetry?.()
    cancelRetry = null
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
      giveUpPoll()
      troubleSinceMs = null
      show({ phase: 'connecting' })
      void poll()
    },
    stop() {
      running = false
      giveUpPoll()
      show({ phase: 'stopped' })
    },
  }
}
