/** Pure: what the client has, what the board has → answer now, or park. */
import type { Tag } from '../../common/protocol/headers.ts'

export interface PollQuery {
  /** The tags of `If-None-Match`; null if the client sent none, `any` for `*`. */
  readonly has: readonly Tag[] | 'any' | null
  /** Whole seconds that the client is ready to wait; 0 is an ordinary conditional GET, answered at once. */
  readonly waitSeconds: number
}

export type Verdict = 'full' | 'unchanged' | 'park'

/**
 * Compares for equality only: a tag of another life, older or newer, is simply not the present one. A shared board makes
 * one exception: a client whose tag this machine has yet to receive does not get the older state.
 */
export function verdictOf({ has, waitSeconds }: PollQuery, present: Tag, isAhead: (tag: Tag) => boolean = () => false): Verdict {
  if (has === null) return 'full'
  if (has !== 'any' && tagOf(has, present, isAhead) === undefined) return 'full'
  return waitSeconds > 0 ? 'park' : 'unchanged'
}

/** The tag of the client's state if there is nothing newer for it; undefined if there is. */
export function tagOf(has: readonly Tag[], present: Tag, isAhead: (tag: Tag) => boolean): Tag | undefined {
  return has.includes(present) ? present : has.find(isAhead)
}

/**
 * How long a poll is held: `wait − random(0 … wait/16)` seconds, `wait` bounded by the server's maximum. The jitter is
 * subtracted, so that "up to wait" stays true and clients that came together do not stay together.
 */
export function holdSecondsOf(waitSeconds: number, maxHoldSeconds: number, random: () => number): number {
  const wait = Math.min(waitSeconds, maxHoldSeconds)
  return wait - random() * (wait / 16)
}
