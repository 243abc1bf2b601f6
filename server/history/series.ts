/** Pure: the changes of a number and the times when the server ran → the number at the end of each step. */
import type { HistorySeries } from '../../common/protocol/wire.ts'

/** From this minute (of the epoch) on the number was `unread`; null: it was not known. */
export interface Change {
  readonly minute: number
  readonly unread: number | null
}

/** The server was counting from the one minute to the other, both included. */
export interface Run {
  readonly start: number
  readonly end: number
}

export interface Steps {
  /** The first minute of the first step. */
  readonly from: number
  /** The present minute, in the last step. */
  readonly to: number
  readonly minutes: number
}

const MINUTE_MS = 60_000
const HOUR = 60
export const DAY = 24 * HOUR
export const MONTH = 30 * DAY

export const minuteOf = (ms: number): number => Math.floor(ms / MINUTE_MS)
export const hourOf = (minute: number): number => minute - (minute % HOUR)

/** Steps of a minute through the last day. */
export const daySteps = (to: number): Steps => ({ from: to - DAY + 1, to, minutes: 1 })
/** Steps of an hour through the last month; the last one is the present hour. */
export const monthSteps = (to: number): Steps => ({ from: hourOf(to) - MONTH + HOUR, to, minutes: HOUR })

/**
 * The number at the end of each step, or when the server last ran in it; null for a step in which it did not run.
 * @param changes by time, with the last one before the first step
 * @param runs by time
 */
export function numbersOf(changes: readonly Change[], runs: readonly Run[], { from, to, minutes }: Steps): (number | null)[] {
  const numbers: (number | null)[] = []
  let change = 0
  let run = 0
  let unread: number | null = null
  for (let start = from; start <= to; start += minutes) {
    const end = Math.min(start + minutes - 1, to)
    while ((runs[run + 1]?.start ?? Infinity) <= end) run += 1
    const present = runs[run]
    if (!present || present.start > end || present.end < start) {
      numbers.push(null)
      continue
    }
    const at = Math.min(end, present.end)
    for (; (changes[change]?.minute ?? Infinity) <= at; change += 1) unread = changes[change]?.unread ?? null
    numbers.push(unread)
  }
  return numbers
}

/** Adds the numbers of another account, step by step: the sum of what is known. */
export function addTo(sums: (number | null)[], numbers: readonly (number | null)[]): void {
  for (const [i, number] of numbers.entries()) sums[i] = number === null ? (sums[i] ?? null) : (sums[i] ?? 0) + number
}

/** Begins with the first known number, and ends with the present one. */
export function seriesOf(numbers: readonly (number | null)[], present: number | null, { from, minutes }: Steps): HistorySeries {
  const unread = [...numbers.slice(0, -1), present]
  const first = unread.findIndex((number) => number !== null)
  const skipped = first === -1 ? unread.length - 1 : first
  return {
    startsAt: new Date((from + skipped * minutes) * MINUTE_MS).toISOString(),
    stepSeconds: minutes * 60,
    unread: unread.slice(skipped),
  }
}
