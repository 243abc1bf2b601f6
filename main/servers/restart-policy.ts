/** When the server's process has ended by itself: start it again, and when, or give up where it keeps ending. */

export type Restart = { readonly kind: 'restart'; readonly afterMs: number } | { readonly kind: 'give-up' }

/** Ends that lie further back than this say nothing about the next one. */
const WINDOW_MS = 5 * 60_000
const MAX_ENDS = 6
const FIRST_MS = 100
const MAX_MS = 5_000

/** `endedAtMs`: every end since the last wish of a person, the present one included; any monotonic clock. */
export function restartAfter(endedAtMs: readonly number[], nowMs: number): Restart {
  const recent = endedAtMs.filter((atMs) => nowMs - atMs < WINDOW_MS).length
  if (recent > MAX_ENDS) return { kind: 'give-up' }
  return { kind: 'restart', afterMs: Math.min(MAX_MS, FIRST_MS * 3 ** Math.max(0, recent - 1)) }
}
