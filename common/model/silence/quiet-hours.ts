/** Quiet hours by the local clock: start and end do not move when the clocks change. */
import type { QuietHours } from '../../protocol/settings.ts'

/** When the current quiet hours end, in epoch milliseconds; null outside of them. Quiet hours without a gap between them are one. */
export function quietUntilMs(quietHours: readonly QuietHours[], nowMs: number): number | null {
  let untilMs: number | null = null
  // Each can be prolonged by the next. Quiet hours on all days have no end; then this gives one some days ahead.
  for (let turn = 0; turn <= quietHours.length * 7; turn += 1) {
    const endMs = endOfQuietAt(quietHours, untilMs ?? nowMs)
    if (endMs === null || endMs <= (untilMs ?? nowMs)) break
    untilMs = endMs
  }
  return untilMs
}

function endOfQuietAt(quietHours: readonly QuietHours[], atMs: number): number | null {
  const ends = quietHours.flatMap(({ from, to, days }) =>
    [-1, 0].flatMap((day) => {
      const fromMs = timeOn(atMs, day, from)
      // Over midnight if it does not end after it begins; the same time twice is a whole day.
      const toMs = timeOn(atMs, to > from ? day : day + 1, to)
      return days.includes(new Date(fromMs).getDay()) && fromMs <= atMs && atMs < toMs ? [toMs] : []
    }),
  )
  return ends.length === 0 ? null : Math.max(...ends)
}

/** Epoch milliseconds at this time of day, `days` after the day of `nowMs`. */
function timeOn(nowMs: number, days: number, time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  const at = new Date(nowMs)
  at.setDate(at.getDate() + days)
  at.setHours(hours, minutes, 0, 0)
  return at.getTime()
}
