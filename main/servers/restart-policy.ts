/** When the server's process has ended by itself: start it again, and when, or give up where it keeps ending. */
import { backoffMs } from '../../common/async/backoff.ts'

export type Restart = { readonly kind: 'restart'; readonly afterMs: number } | { readonly kind: 'give-up' }

/** Ends that lie further back than this say nothing about the next one. */
const WINDOW_MS = 5 * 60_000
const MAX_ENDS = 6
const BACKOFF = { firstMs: 100, maxMs: 5_000, factor: 3 }

/** `endedAtMs`: every end since the last wish of a person, the present one included; any monotonic clock. */
export function restartAfter(endedAtMs: readonly number[], nowMs: number): Restart {
  const recent = endedAtMs.filter((atMs) => nowMs - atMs < WINDOW_MS).length
  if (recent > MAX_ENDS) return { kind: 'give-up' }
  return { kind: 'restart', afterMs: backoffMs(Math.max(0, recent - 1), BACKOFF) }
}
