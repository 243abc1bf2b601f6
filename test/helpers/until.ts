import { setTimeout as delay } from 'node:timers/promises'

/**
 * Waits until `condition` gives something truthy, which it returns; it may be async, and is asked every few
 * milliseconds. Fails after `timeoutMs`.
 */
export async function until<T>(condition: () => T | Promise<T>, timeoutMs = 10_000): Promise<NonNullable<T>> {
  const endMs = performance.now() + timeoutMs
  for (;;) {
    const value = await condition()
    if (value) return value
    if (performance.now() > endMs) throw new Error(`Not so within ${timeoutMs} ms: ${condition.toString()}`)
    await delay(5)
  }
}
