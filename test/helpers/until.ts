import { setTimeout as delay } from 'node:timers/promises'

/**
 * Polls `condition`, which may be async, every 5 ms until its result is truthy, and resolves with that.
 * @throws Error after `timeoutMs`
 */
export async function until<T>(condition: () => T | Promise<T>, timeoutMs = 30_000): Promise<NonNullable<T>> {
  const endMs = performance.now() + timeoutMs
  for (;;) {
    const value = await condition()
    if (value) return value
    if (performance.now() > endMs) throw new Error(`Condition not met within ${timeoutMs} ms: ${condition.toString()}`)
    await delay(5)
  }
}
