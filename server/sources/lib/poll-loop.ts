import type { Attempt } from '../source.ts'
import { createWakeSignal, type WakeSignal } from './wake-signal.ts'

/**
 * Polls until the attempt ends: `intervalMs` after the end of the previous poll, so that polls never overlap, or as soon
 * as something wakes it, but then after a pause as long as the poll took.
 * @param poll gives the milliseconds that the server requires between two polls, or nothing
 */
export async function pollAtInterval(
  { signal, onKick, work }: Attempt,
  intervalMs: number,
  poll: () => Promise<number | void>,
  wakeSignal: WakeSignal = createWakeSignal(signal),
): Promise<never> {
  const stopKicks = onKick(wakeSignal.wake)
  try {
    for (;;) {
      const startedAtMs = performance.now()
      const requiredMs = (await work(poll)) ?? 0
      const tookMs = Math.min(performance.now() - startedAtMs, intervalMs)
      await wakeSignal.sleep(Math.max(tookMs, requiredMs), Math.max(intervalMs, requiredMs))
    }
  } finally {
    stopKicks()
  }
}
