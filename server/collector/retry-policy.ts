/** When a source is tried again, by how its attempts went. Pure. */
import { backoffMs } from '../../common/async/backoff.ts'
import type { AccountError } from '../../common/protocol/wire.ts'
import type { SourceError } from '../sources/source.ts'

/** Short enough that a recovered server is found within half a minute, however long it was down. */
const BACKOFF = { firstMs: 1_000, maxMs: 20_000, factor: 1.5 }
/** After an attempt that was live for this long the back-off starts over. */
const GOOD_ATTEMPT_MS = 30_000
/** A login that worked before and is refused now may be a server's odd way to say "too many": tried again, rarely. */
const REFUSED_RETRY_MS = 15 * 60_000

/**
 * @param now monotonic milliseconds
 * @param random uniform in [0, 1)
 */
export function createRetryPolicy(now: () => number, random: () => number) {
  let failures = 0
  let hasWorked = false
  let liveSinceMs: number | null = null
  let refused: { readonly error: AccountError; readonly atMs: number } | null = null

  return {
    /** True from the first report of an attempt until the next attempt starts. */
    isLive: () => liveSinceMs !== null,
    started() {
      liveSinceMs = null
    },
    /** The attempt has reported for the first time. */
    reported() {
      liveSinceMs = now()
      hasWorked = true
      refused = null
    },
    ended() {
      if (liveSinceMs !== null && now() - liveSinceMs >= GOOD_ATTEMPT_MS) failures = 0
    },
    /** Counts a failure. Returns the milliseconds until the next attempt; null where only a person can fix the error. */
    failed({ code, retryAfterMs = 0 }: SourceError): number | null {
      const delayMs = Math.max(backoffMs(failures++, BACKOFF, random), retryAfterMs)
      if (code === 'auth') return hasWorked ? REFUSED_RETRY_MS : null
      // What worked before may work again by itself: a table is missing while it is being altered.
      return code === 'config' && !hasWorked ? null : delayMs
    },
    /** Remembers a refused sign-in, of an attempt or an action. */
    note(error: AccountError) {
      if (error.code === 'auth') refused = { error, atMs: now() }
    },
    /** The refused sign-in that still stands: until a report, or for a while, no action tries the same password. */
    refusedSignIn: () => (refused && now() - refused.atMs < REFUSED_RETRY_MS ? refused.error : null),
  }
}
