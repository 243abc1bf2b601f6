/** The real clock, timers and random numbers, in Node and in a browser alike; pure code takes them as parameters. */

import { within } from '../common/async/within.ts'

/** 24.8 days: a longer timer fires at once (HTML, section 8.7). */
const MAX_TIMER_MS = 2_147_483_647

/** Calls back once after `ms`, or after the longest possible timer; returns a function that cancels it. */
export function schedule(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, Math.min(ms, MAX_TIMER_MS))
  return () => clearTimeout(timer)
}

/** True once `promise` has settled, false after `ms`. */
export async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  )
  return (await within(settled, ms, schedule)) ?? false
}

/** `now` is monotonic; `wallClock` is epoch milliseconds, which are only shown, because the system's time may jump. */
export const systemClock = { now: () => performance.now(), wallClock: () => Date.now(), schedule, random: Math.random }
