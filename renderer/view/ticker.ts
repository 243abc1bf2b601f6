/** One timer for every time that is shown: it fires when the first of them has to change, and does not run while hidden. */
import type { Clock } from '../../common/async/clock.ts'

export type Ticker = ReturnType<typeof createTicker>

/** The longest delay of a timer (HTML, section 8.7). */
const MAX_DELAY_MS = 2 ** 31 - 1
/** Keeps texts that change at once from causing a busy loop. */
const MIN_DELAY_MS = 20

export function createTicker({ now, schedule }: Clock) {
  const waiting = new Map<() => void, number>()
  let isHidden = false
  let armed: { readonly atMs: number; readonly cancel: () => void } | null = null

  function arm(): void {
    const atMs = isHidden || waiting.size === 0 ? null : Math.min(...waiting.values())
    if (armed?.atMs === atMs) return
    armed?.cancel()
    armed = atMs === null ? null : { atMs, cancel: schedule(fire, Math.min(MAX_DELAY_MS, Math.max(MIN_DELAY_MS, atMs - now()))) }
  }

  function fire(): void {
    armed = null
    call(now())
  }

  function call(untilMs: number): void {
    // A callback may wait again.
    const due = [...waiting].filter(([, atMs]) => atMs <= untilMs)
    for (const [callback] of due) {
      waiting.delete(callback)
      callback()
    }
    arm()
  }

  return {
    /** @param inMs how long the text stays right. Calls back at most once; returns a function that ends the wait. */
    wait(inMs: number, callback: () => void): () => void {
      const mine = (): void => callback()
      waiting.set(mine, now() + inMs)
      arm()
      return () => {
        waiting.delete(mine)
        arm()
      }
    },
    /** Nothing runs until `show`, which calls every callback, since each text may be wrong by then. */
    hide(): void {
      isHidden = true
      arm()
    },
    show(): void {
      isHidden = false
      call(Number.POSITIVE_INFINITY)
    },
  }
}
