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
 * After a sign-in that the server refuses for now: four sign-ins in a quarter of an hour, then six an hour. Programs that
 * guard mail servers lock an account or an address from the fifth failure on.
 */
const SIGN_IN_PAUSES_MS = [10_000, 60_000, 10 * 60_000]
/** How long no action signs in after a sign-in that was refused for now. */
const ACTION_PAUSE_MS = 60_000

/**
 * @param now monotonic milliseconds
 * @param random uniform in [0, 1)
 */
export function createRetryPolicy(now: () => number, random: () => number) {
  let failures = 0
  let signInRefusals = 0
  let hasWorked = false
  let liveSinceMs: number | null = null
  let refused: { readonly error: AccountError; readonly untilMs: number } | null = null

  /** Random above the limit, never below it. */
  const signInPauseMs = (): number => {
    const pauseMs = SIGN_IN_PAUSES_MS[signInRefusals++] ?? SIGN_IN_PAUSES_MS.at(-1) ?? 0
    return pauseMs * (1 + random() / 5)
  }

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
      signInRefusals = 0
    },
    ended() {
      if (liveSinceMs !== null && now() - liveSinceMs >= GOOD_ATTEMPT_MS) failures = 0
    },
    /** Counts a failure. Returns the whole milliseconds until the next attempt; null where only a person can fix the error. */
    failed({ code, retryAfterMs = 0, isSignInRefusal }: SourceError): number | null {
      const pauseMs = isSignInRefusal ? signInPauseMs() : backoffMs(failures++, BACKOFF, random)
      const delayMs = Math.max(pauseMs, Math.ceil(retryAfterMs))
      if (code === 'auth' || (code === 'config' && isSignInRefusal)) return hasWorked ? REFUSED_RETRY_MS : null
      // What worked before may work again by itself: a table is missing while it is being altered.
      return code === 'config' && !hasWorked ? null : delayMs
    },
    /** Remembers a refused sign-in, of an attempt or an action. */
    note({ code, isSignInRefusal }: SourceError, shown: AccountError) {
      if (code === 'auth') refused = { error: shown, untilMs: now() + REFUSED_RETRY_MS }
      else if (isSignInRefusal) refused = { error: shown, untilMs: now() + ACTION_PAUSE_MS }
    },
    /** The refused sign-in that still stands: until a report, or for a while, no action tries the same password. */
    refusedSignIn: () => (refused && now() < refused.untilMs ? refused.error : null),
  }
}
