/** Relative times: what to show now, and in how many milliseconds that is no longer right. */

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const COUNTDOWN_MS = 90 * SECOND_MS

export type RelativeTime =
  | { readonly kind: 'now'; readonly changesInMs: number }
  | { readonly kind: 'ago'; readonly value: number; readonly unit: 'minute' | 'hour' | 'day'; readonly changesInMs: number }
  /** A week old, or in the future by a wrong clock: shown as a date. */
  | { readonly kind: 'date'; readonly changesInMs: null }

export function relativeTime(ms: number, nowMs: number): RelativeTime {
  const elapsed = nowMs - ms
  if (!(elapsed > -MINUTE_MS) || elapsed >= 7 * DAY_MS) return { kind: 'date', changesInMs: null }
  if (elapsed < MINUTE_MS) return { kind: 'now', changesInMs: MINUTE_MS - elapsed }
  const ago = (unit: 'minute' | 'hour' | 'day', unitMs: number): RelativeTime => ({
    kind: 'ago',
    value: -Math.floor(elapsed / unitMs),
    unit,
    changesInMs: unitMs - (elapsed % unitMs),
  })
  if (elapsed < HOUR_MS) return ago('minute', MINUTE_MS)
  return elapsed < DAY_MS ? ago('hour', HOUR_MS) : ago('day', DAY_MS)
}

export type Countdown =
  | { readonly kind: 'now'; readonly changesInMs: null }
  | { readonly kind: 'in'; readonly seconds: number; readonly changesInMs: number }
  /** Too far away for seconds. */
  | { readonly kind: 'at'; readonly changesInMs: number }

export function countdown(atMs: number, nowMs: number): Countdown {
  const left = atMs - nowMs
  if (left <= 0) return { kind: 'now', changesInMs: null }
  if (left > COUNTDOWN_MS) return { kind: 'at', changesInMs: left - COUNTDOWN_MS }
  const seconds = Math.ceil(left / SECOND_MS)
  return { kind: 'in', seconds, changesInMs: left - (seconds - 1) * SECOND_MS }
}
