/** The real clock and timers, as the pure parts take them. */

/** The longest that a timer takes, 24.8 days: Node makes a longer one ring at once. */
const LONGEST_MS = 2_147_483_647

/** Calls back once after `ms`, or earlier where that is more than a timer takes; returns what cancels that. */
export function schedule(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, Math.min(ms, LONGEST_MS))
  return () => clearTimeout(timer)
}

/** True once `promise` has settled, false if `ms` pass before. */
export async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>()
  const cancel = schedule(() => resolve(false), ms)
  const settled = promise.then(
    () => true,
    () => true,
  )
  return await Promise.race([settled, late]).finally(cancel)
}

/** The clock and the chance of the poll loops. `now` is epoch milliseconds. */
export const systemClock = { now: Date.now, schedule, random: Math.random }
