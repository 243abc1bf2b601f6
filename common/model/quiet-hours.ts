/** Pure: quiet hours, by the clock on the wall: a night keeps its hours when the clocks change. */
import type { QuietHours } from '../protocol/settings.ts'

/** Milliseconds since the epoch at this time of day, so many days after the day of `nowMs`. */
function timeOn(nowMs: number, days: number, time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  const at = new Date(nowMs)
  at.setDate(at.getDate() + days)
  at.setHours(hours, minutes, 0, 0)
  return at.getTime()
}

/** Over midnight where it does not end after it begins; the same hour twice is a whole day. */
const daysLong = ({ from, to }: QuietHours): number => (to > from ? 0 : 1)

/** When the quiet that holds now ends; null where there is none. What follows without a gap is one. */
export function quietUntilMs(quietHours: readonly QuietHours[], nowMs: number): number | null {
  let untilMs: number | null = null
  // Each can be prolonged by the next; a week of all days ends nowhere, and is asked again tomorrow.
  for (let turn = 0; turn <= quietHours.length * 7; turn += 1) {
    const end = endOfQuietAt(quietHours, untilMs ?? nowMs)
    if (end === null || end <= (untilMs ?? nowMs)) break
    untilMs = end
  }
  return untilMs
}

function endOfQuietAt(quietHours: readonly QuietHours[], atMs: number): number | null {
  const ends = quietHours.flatMap((quiet) =>
    [-1, 0].flatMap((day) => {
      const fromMs = timeOn(atMs, day, quiet.from)
      const toMs = timeOn(atMs, day + daysLong(quiet), quiet.to)
      return quiet.days.includes(new Date(fromMs).getDay()) && fromMs <= atMs && atMs < toMs ? [toMs] : []
    }),
  )
  return ends.length === 0 ? null : Math.max(...ends)
}
