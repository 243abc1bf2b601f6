/** Pure: how long polls are to be held. Some proxies end a request after a time of their own, often 20 to 50 s. */
import type { LinkErrorCode } from '../common/protocol/link.ts'
import type { ProblemCode } from '../common/protocol/problems.ts'
import { DEFAULT_WAIT_SECONDS } from '../common/protocol/wire.ts'

/** How a poll ends that a proxy has cut. */
const CUT = new Set<LinkErrorCode | ProblemCode>(['gateway', 'unreachable', 'no-answer'])
/** No proxy cuts sooner: it is away, or the server restarts again and again. */
const MIN_LIMIT_MS = 10_000
/** By how much the times of two cuts may differ, as a share of the longer one. */
const TOLERANCE = 0.1
/** How much of the time after which a proxy cuts a poll is used. */
const SHARE = 0.75
/** Afterwards the full wait is tried again: regular restarts look like a limit, and a proxy may have another one by then. */
const MEMORY_MS = 3_600_000

/** @param now monotonic milliseconds */
export function createPollWait(now: () => number) {
  let limited: { readonly seconds: number; readonly untilMs: number } | null = null
  /** Of the last held poll, if it was cut. */
  let cutAfterMs: number | null = null
  const seconds = (): number => (limited && now() < limited.untilMs ? limited.seconds : DEFAULT_WAIT_SECONDS)

  return {
    seconds,
    noteAnswer(): void {
      cutAfterMs = null
    },
    /**
     * Notes that a held poll failed. One cut may be a restart; the second in a row after the same time is a limit, and the next
     * polls wait for less. Returns whether it is.
     */
    noteFailure(code: LinkErrorCode | ProblemCode, heldMs: number): boolean {
      const lastMs = cutAfterMs
      // A poll that is not answered takes longer than its wait.
      const limitMs = Math.min(heldMs, seconds() * 1000)
      cutAfterMs = CUT.has(code) && limitMs >= MIN_LIMIT_MS ? heldMs : null
      if (cutAfterMs === null || lastMs === null || Math.abs(heldMs - lastMs) > TOLERANCE * Math.max(heldMs, lastMs)) return false
      cutAfterMs = null
      limited = { seconds: Math.floor((SHARE * limitMs) / 1000), untilMs: now() + MEMORY_MS }
      return true
    },
    /** Another network may have another proxy. */
    reset(): void {
      limited = null
      cutAfterMs = null
    },
  }
}
