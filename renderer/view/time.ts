/** Times as the window shows them: what to show now, and in how many milliseconds that is no longer right. */

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const COUNTDOWN_MS = 90 * SECOND_MS

/** Local midnight, that many days after the day of a time; a day may have 23 or 25 hours. */
function midnight(ms: number, daysAfter: number): number {
  const date = new Date(ms)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + daysAfter).getTime()
}

export const untilMidnight = (nowMs: number): number => midnight(nowMs, 1) - nowMs

export type Day = 'today' | 'yesterday' | 'older'

/** By the person's calendar. A time to come, by another clock, is of today; none at all is old. */
export function dayOf(ms: number | null, nowMs: number): Day {
  if (ms === null || !(ms >= midnight(nowMs, -1))) return 'older'
  return ms < midnight(nowMs, 0) ? 'yesterday' : 'today'
}

export type MessageTime =
  | { readonly kind: 'now'; readonly changesInMs: number }
  | { readonly kind: 'minutes'; readonly minutes: number; readonly changesInMs: number }
  /** A time of day: today, an hour or more ago. */
  | { readonly kind: 'time'; readonly changesInMs: number }
  | { readonly kind: 'yesterday'; readonly changesInMs: number }
  /** Older, or to come by a wrong clock. */
  | { readonly kind: 'date'; readonly changesInMs: null }

export function messageTime(ms: number, nowMs: number): MessageTime {
  const elapsed = nowMs - ms
  const day = dayOf(ms, nowMs)
  if (!(elapsed > -MINUTE_MS)) return { kind: 'date', changesInMs: null }
  if (elapsed < MINUTE_MS) return { kind: 'now', changesInMs: MINUTE_MS - elapsed }
  if (elapsed < HOUR_MS) {
    const minutes = Math.floor(elapsed / MINUTE_MS)
    return { kind: 'minutes', minutes, changesInMs: MINUTE_MS - (elapsed % MINUTE_MS) }
  }
  if (day === 'older') return { kind: 'date', changesInMs: null }
  return { kind: day === 'today' ? 'time' : 'yesterday', changesInMs: untilMidnight(nowMs) }
}

/** In how many milliseconds a check is no longer recent; null once it is not. */
export function recentFor(checkedMs: number | null, nowMs: number): number | null {
  if (checkedMs === null) return null
  const elapsed = nowMs - checkedMs
  return elapsed > -MINUTE_MS && elapsed < MINUTE_MS ? MINUTE_MS - elapsed : null
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
