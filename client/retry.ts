/** Pure: when a client polls again after an error. */

const FIRST_MS = 1_000
const MAX_MS = 60_000
/** A server that is back after all is found within it, also where a proxy names a date years away. */
const MAX_RETRY_AFTER_MS = 3_600_000

/**
 * Full jitter: uniform between 0 and a ceiling from 1 s to 60 s, but never before `Retry-After`, up to an hour. The ceiling follows
 * the time since the first error, not the number of tries: with the longest delays it doubles from try to try, and a
 * run of short ones takes no client far beyond the others. A server that was away for D is found within D + 1 s.
 * @param failingMs since the first error of this run of errors
 * @param retryAfterMs 0 if the server sent none
 * @param random uniform in [0, 1)
 * @returns whole milliseconds
 */
export function retryDelayMs(failingMs: number, retryAfterMs: number, random: () => number): number {
  const ceiling = Math.min(MAX_MS, FIRST_MS + failingMs)
  return Math.max(Math.min(retryAfterMs, MAX_RETRY_AFTER_MS), Math.round(random() * Math.max(0, ceiling)))
}
