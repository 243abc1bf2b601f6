/**
 * Starts tasks at a bounded rate, first come first served: a token bucket. It does not wait for a task to end, so that
 * one that hangs does not delay the others.
 */
import type { Clock } from '../../common/async/clock.ts'

export type Pace = ReturnType<typeof createPace>

/** @param burst how many tasks may start at once after a quiet time */
export function createPace(perSecond: number, burst: number, { now, schedule }: Clock) {
  /** In the order of their arrival. */
  const waiting = new Set<() => void>()
  let tokens = burst
  let refilledAtMs = now()
  let isArmed = false

  function takeToken(): boolean {
    const nowMs = now()
    tokens = Math.min(burst, tokens + ((nowMs - refilledAtMs) / 1000) * perSecond)
    refilledAtMs = nowMs
    if (tokens < 1) return false
    tokens -= 1
    return true
  }

  function arm(): void {
    if (isArmed || waiting.size === 0) return
    isArmed = true
    schedule(startWaiting, Math.max(1, Math.ceil(((1 - tokens) / perSecond) * 1000)))
  }

  function startWaiting(): void {
    isArmed = false
    for (const start of waiting) {
      if (!takeToken()) break
      start()
    }
    arm()
  }

  return {
    /** Resolves when it is this task's turn, or at once when `signal` is aborted, which gives up the turn. */
    turn(signal: AbortSignal): Promise<void> {
      if (signal.aborted || (waiting.size === 0 && takeToken())) return Promise.resolve()
      return new Promise((resolve) => {
        const start = (): void => {
          waiting.delete(start)
          signal.removeEventListener('abort', start)
          resolve()
        }
        waiting.add(start)
        signal.addEventListener('abort', start, { once: true })
        arm()
      })
    },
  }
}
