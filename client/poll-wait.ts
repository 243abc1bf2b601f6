/** Pure: how long polls are to be held. Some proxies end a request after a time of their own, often 20 to 50 s. */
import type { LinkErrorCode } from '../common/protocol/link.ts'
import type { ProblemCode } from '../common/protocol/problems.ts'
import { DEFAULT_WAIT_SECONDS } from '../common/protocol/wire.ts'

/** How a poll ends that a proxy has cut. */
const CUT = new Set<LinkErrorCode | ProblemCode>(['gateway', 'unreachable', 'no-answer'])
/** By how much the times of two cuts may differ, as a share of the longer one. */
const TOLERANCE = 0.1
/** How much of the time after which a proxy cuts a poll is used. */
const SHARE = 0.75
/** A hold may be a sixteenth shorter, and one of less than a second counts as none. */
const MIN_SECONDS = 2

export function createPollWait() {
  let seconds = DEFAULT_WAIT_SECONDS
  /** Of the last held poll, if it was cut. */
  let cutAfterMs: number | null = null

  return {
    get seconds(): number {
      return seconds
    },
    noteAnswer(): void {
      cutAfterMs = null
    },
    /**
     * Notes that a held poll failed. One cut may be a restart; the second in a row after the same time is a limit, and the next
     * polls wait for less. Returns whether it is.
     */
    noteFailure(code: LinkErrorCode | ProblemCode, heldMs: number): boolean {
      const lastMs = cutAfterMs
      cutAfterMs = CUT.has(code) ? heldMs : null
      if (cutAfterMs === null || lastMs === null || Math.abs(heldMs - lastMs) > TOLERANCE * Math.max(heldMs, lastMs)) return false
      cutAfterMs = null
      seconds = Math.max(MIN_SECONDS, Math.floor(SHARE * Math.min(seconds, heldMs / 1000)))
      return true
    },
    /** Another network may have another proxy. */
    reset(): void {
      seconds = DEFAULT_WAIT_SECONDS
      cutAfterMs = null
    },
  }
}
