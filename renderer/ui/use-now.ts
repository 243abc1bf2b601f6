/** The present time for a part that shows one: drawn again exactly when what it says changes, and never while hidden. */
import { useEffect, useState } from 'preact/hooks'

const LONGEST_TIMER_MS = 2 ** 31 - 1

/** `changesInMs` says for a time how long what is shown then stays right; null for ever. */
export function useNow(changesInMs: (nowMs: number) => number | null): number {
  const [, redraw] = useState(0)
  const nowMs = Date.now()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const arm = (): void => {
      clearTimeout(timer)
      const delay = changesInMs(nowMs)
      if (document.visibilityState === 'hidden' || delay === null) return
      timer = setTimeout(() => redraw((turn) => turn + 1), Math.min(LONGEST_TIMER_MS, Math.max(20, delay)))
    }
    const onVisibility = (): void => (document.visibilityState === 'hidden' ? clearTimeout(timer) : redraw((turn) => turn + 1))
    arm()
    document.addEventListener('visibilitychange', onVisibility)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', onVisibility)
    }
  })
  return nowMs
}
