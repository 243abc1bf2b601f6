/**
 * One timer for all that shows a time: it goes off when the first of them says something else, and while the window is
 * hidden there is none.
 */
export interface Ticker {
  /** @param atMs when what is shown is no longer right. Called back once at most; returns what ends the wait. */
  wait(atMs: number, callback: () => void): () => void
  /** Nothing runs until `show`, which calls everybody back: all of it may be wrong by then. */
  hide(): void
  show(): void
}

export interface TickerDeps {
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Calls back once after `ms`; returns what cancels that. */
  readonly schedule: (callback: () => void, ms: number) => () => void
}

/** The longest that a timer takes (HTML, section 8.7). */
const LONGEST_MS = 2 ** 31 - 1
/** A clock that jumps about keeps nobody busy. */
const SHORTEST_MS = 20

export function createTicker({ now, schedule }: TickerDeps): Ticker {
  const waiting = new Map<() => void, number>()
  let hidden = false
  let armed: { readonly atMs: number; readonly cancel: () => void } | null = null

  function arm(): void {
    const atMs = hidden || waiting.size === 0 ? null : Math.min(...waiting.values())
    if (armed?.atMs === atMs) return
    armed?.cancel()
    armed = atMs === null ? null : { atMs, cancel: schedule(goOff, Math.min(LONGEST_MS, Math.max(SHORTEST_MS, atMs - now()))) }
  }

  function goOff(): void {
    armed = null
    call((atMs) => atMs <= now())
    arm()
  }

  function call(isDue: (atMs: number) => boolean): void {
    // Whoever is called back may wait anew.
    const due = [...waiting].filter(([, atMs]) => isDue(atMs))
    for (const [callback] of due) {
      waiting.delete(callback)
      callback()
    }
  }

  return {
    wait(atMs, callback) {
      const mine = (): void => callback()
      waiting.set(mine, atMs)
      arm()
      return () => {
        waiting.delete(mine)
        arm()
      }
    },
    hide() {
      hidden = true
      arm()
    },
    show() {
      hidden = false
      call(() => true)
      arm()
    },
  }
}
