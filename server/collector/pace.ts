/**
 * Lets many things begin at a bounded rate, first come first served: a token bucket. Nothing waits for another's end,
 * so that one that hangs holds nobody up.
 */
export interface Pace {
  /** Resolves when it is this one's turn, or at once when `signal` is aborted, which gives the turn up. */
  turn(signal: AbortSignal): Promise<void>
}

export interface PaceDeps {
  readonly perSecond: number
  /** How many may begin at once after a quiet time. */
  readonly burst: number
  /** Monotonic milliseconds. */
  readonly now: () => number
  /** Calls back once after `ms`. */
  readonly schedule: (callback: () => void, ms: number) => unknown
}

export function createPace({ perSecond, burst, now, schedule }: PaceDeps): Pace {
  /** In the order they came. */
  const waiting = new Set<() => void>()
  let tokens = burst
  let filledAtMs = now()
  let isArmed = false

  function take(): boolean {
    const nowMs = now()
    tokens = Math.min(burst, tokens + ((nowMs - filledAtMs) / 1000) * perSecond)
    filledAtMs = nowMs
    if (tokens < 1) return false
    tokens -= 1
    return true
  }

  function arm(): void {
    if (isArmed || waiting.size === 0) return
    isArmed = true
    schedule(letGo, Math.max(1, Math.ceil(((1 - tokens) / perSecond) * 1000)))
  }

  function letGo(): void {
    isArmed = false
    for (const go of waiting) {
      if (!take()) break
      go()
    }
    arm()
  }

  return {
    turn(signal) {
      if (signal.aborted || (waiting.size === 0 && take())) return Promise.resolve()
      return new Promise((resolve) => {
        const go = (): void => {
          waiting.delete(go)
          signal.removeEventListener('abort', go)
          resolve()
        }
        waiting.add(go)
        signal.addEventListener('abort', go, { once: true })
        arm()
      })
    },
  }
}
