/** Until when pushed numbers are valid: a program that stops must not leave a number that looks fresh. */
import { createLargeMap } from '../platform/large-map.ts'
import { slicesOf } from '../platform/turns.ts'
import type { Clock } from '../../common/async/clock.ts'
import type { AccountError } from '../../common/protocol/wire.ts'

/** Between two passes over the deadlines. */
const MIN_PAUSE_MS = 1_000

/** @param validFor seconds */
export const notReportedFor = (validFor: number): AccountError => ({
  code: 'network',
  message: `The program that reports this number has not done so for ${validFor} s; the number may be old.`,
})

export interface Expired {
  readonly id: string
  readonly error: AccountError
}

/**
 * @param onExpired called with numbers whose time is over, in slices
 * @param onError called with what `onExpired` throws; the other slices follow all the same
 */
export function createValidity(
  { now, schedule }: Clock,
  onExpired: (expired: readonly Expired[]) => void,
  onError: (error: unknown) => void,
) {
  const deadlines = createLargeMap<{ readonly atMs: number; readonly validFor: number }>()
  let cancelTimer: (() => void) | null = null
  let timerAtMs = Infinity
  /** The first deadline for the pass after the one under way; null while there is none. */
  let nextPassMs: number | null = null
  let isClosed = false

  function arm(atMs: number): void {
    if (nextPassMs !== null) nextPassMs = Math.min(nextPassMs, atMs)
    if (isClosed || nextPassMs !== null || atMs >= timerAtMs) return
    cancelTimer?.()
    timerAtMs = atMs
    cancelTimer = schedule(() => void expire(), Math.max(MIN_PAUSE_MS, Math.ceil(atMs - now())))
  }

  async function expire(): Promise<void> {
    cancelTimer = null
    timerAtMs = Infinity
    nextPassMs = Infinity
    for await (const slice of slicesOf(deadlines.keys())) {
      if (isClosed) return
      expireSlice(slice)
    }
    const nextMs = nextPassMs
    nextPassMs = null
    arm(nextMs)
  }

  function expireSlice(slice: readonly string[]): void {
    const expired: Expired[] = []
    for (const id of slice) {
      // Looked up only now: it may have been reported since the turn before.
      const { atMs, validFor } = deadlines.get(id) ?? { atMs: Infinity, validFor: 0 }
      if (atMs > now()) arm(atMs)
      else if (deadlines.delete(id)) expired.push({ id, error: notReportedFor(validFor) })
    }
    if (expired.length === 0) return
    try {
      onExpired(expired)
    } catch (error) {
      onError(error)
    }
  }

  return {
    /** The number has been reported, or removed; undefined for no end. */
    set(id: string, validFor: number | undefined): void {
      if (validFor === undefined) return void deadlines.delete(id)
      const atMs = now() + validFor * 1_000
      deadlines.set(id, { atMs, validFor })
      arm(atMs)
    },
    close(): void {
      isClosed = true
      cancelTimer?.()
    },
  }
}
