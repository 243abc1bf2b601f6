/** Pure: deadlines on the clock of Redis, for the machines' clocks may differ from it and from each other. */

/** @param now monotonic milliseconds of this machine */
export function createDeadlines(now: () => number) {
  let offsetMs: number | null = null
  return {
    /** Takes the time of Redis, in epoch milliseconds, from a reply that has just arrived: it was read earlier, so it is never ahead. */
    update(redisMs: number): void {
      offsetMs = redisMs - now()
    },
    /** Epoch milliseconds at Redis in `ms` from now, or a little earlier; past while the time of Redis is not known. */
    in: (ms: number): number => (offsetMs === null ? 0 : Math.floor(now() + offsetMs + ms)),
  }
}
