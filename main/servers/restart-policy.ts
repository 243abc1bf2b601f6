/** Pure: whether and when to restart a part that crashed: the bundled server, or the page of the window. */
import { backoffMs } from '../../common/async/backoff.ts'

export type Restart = { readonly kind: 'restart'; readonly afterMs: number } | { readonly kind: 'give-up' }

/** Earlier ends do not count. */
const WINDOW_MS = 5 * 60_000
const MAX_ENDS = 6
const BACKOFF = { firstMs: 100, maxMs: 5_000, factor: 3 }

/** @param endedAtMs every end since the last kick, the current one included; on any monotonic clock */
export function restartAfter(endedAtMs: readonly number[], nowMs: number): Restart {
  const recent = endedAtMs.filter((atMs) => nowMs - atMs < WINDOW_MS).length
  if (recent > MAX_ENDS) return { kind: 'give-up' }
  return { kind: 'restart', afterMs: backoffMs(Math.max(0, recent - 1), BACKOFF) }
}
