/** Until when pushed numbers are valid: a program that stops must not leave a number that looks fresh. */
import { createLargeMap } from '../platform/large-map.ts'
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

/** @param onExpired called with the numbers whose time is over */
export function createValidity({ now, schedule }: Clock, onExpired: (expired: readonly Expired[]) => void) {
  const deadlines = createLargeMap<{ readonly atMs: number; readonly validFor: number }>()
  let cancelTimer: (() => void) | null = null
  let timerAtMs = Infinity

  function arm(atMs: number): void {
    if (atMs >= timerAtMs) return
    cancelTimer?.()
    timerAtMs = atMs
    cancelTimer = schedule(expire, Math.max(MIN_PAUSE_MS, Math.ceil(atMs - now())))
  }

  function expire(): void {
    cancelTimer = null
    timerAtMs = Infinity
    const expired: Expired[] = []
    let nextMs = Infinity
    for (const [id, { atMs, validFor }] of deadlines) {
      if (atMs > now()) nextMs = Math.min(nextMs, atMs)
      else if (deadlines.delete(id)) expired.push({ id, error: notReportedFor(validFor) })
    }
    if (expired.length > 0) onExpired(expired)
    arm(nextMs)
  }

  return {
    /** The number has been reported, or removed; undefined for no end. */
    set(id: string, validFor: number | undefined): void {
      if (validFor === undefined) return void deadlines.delete(id)
      const atMs = now() + validFor * 1_000
      deadlines.set(id, { atMs, validFor })
      arm(atMs)
    },
    close: (): void => cancelTimer?.(),
  }
}
