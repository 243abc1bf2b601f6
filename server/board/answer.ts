/** Pure: what the client has, what the board has → answer now, or park. */
import type { Tag } from '../../common/protocol/headers.ts'

/** What a request says of itself: the tags of `If-None-Match`, and the seconds it is ready to wait. */
export interface PollQuery {
  /** The tags that the client has; null where it sent none, `any` for `*`. */
  readonly has: readonly Tag[] | 'any' | null
  /** Whole seconds; 0 is an ordinary conditional GET, answered at once. */
  readonly waitSeconds: number
}

export type Verdict = 'full' | 'unchanged' | 'park'

/**
 * Compares for equality only: a tag of another life, older or newer, is simply not the present one. But for a board that
 * hears from others: whoever has a tag that it has yet to hear of is not told the older state.
 */
export function verdictOf(asked: PollQuery, present: Tag, isAhead: (tag: Tag) => boolean = () => false): Verdict {
  if (asked.has === null) return 'full'
  if (asked.has !== 'any' && tagOf(asked.has, present, isAhead) === undefined) return 'full'
  return asked.waitSeconds > 0 ? 'park' : 'unchanged'
}

/** The tag of what this client has where there is nothing newer for it; undefined where there is. */
export function tagOf(has: readonly Tag[], present: Tag, isAhead: (tag: Tag) => boolean): Tag | undefined {
  return has.includes(present) ? present : has.find(isAhead)
}

/**
 * How long a poll is held: `wait − random(0 … wait/16)` seconds, `wait` bounded by what the server holds at most.
 * The jitter is subtracted, so that "up to wait" stays true and clients that came together do not stay together.
 */
export function holdSecondsOf(waitSeconds: number, maxHoldSeconds: number, random: () => number): number {
  const wait = Math.min(waitSeconds, maxHoldSeconds)
  return wait - random() * (wait / 16)
}
