import { setTimeout as delay } from 'node:timers/promises'

/** Waits until `condition` holds (it may be async), looking every few milliseconds; fails after `timeoutMs`. */
export async function until(condition: () => unknown, timeoutMs = 10_000): Promise<void> {
  const endMs = performance.now() + timeoutMs
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`Not so within ${timeoutMs} ms: ${condition.toString()}`)
    await delay(5)
  }
}
