/** The history of several servers together. Pure. */
import type { Arrival, History, HistorySeries } from '../protocol/wire.ts'

/** Null without any. Each history ends with the present, so that their ends are aligned, whatever the clocks of the servers say. */
export function historyOf(all: readonly History[]): History | null {
  const [first, ...others] = all
  if (!first) return null
  return others.reduce((sum, { day, month, arrival }) => {
    const delay = moreMessages(sum.arrival, arrival)
    return { day: added(sum.day, day), month: added(sum.month, month), ...(delay && { arrival: delay }) }
  }, first)
}

/** The sum of what is known. */
function added(a: HistorySeries, b: HistorySeries): HistorySeries {
  const [long, short] = a.unread.length < b.unread.length ? [b, a] : [a, b]
  const offset = long.unread.length - short.unread.length
  const unread = long.unread.map((number, i) => {
    const other = short.unread[i - offset] ?? null
    return number === null ? other : number + (other ?? 0)
  })
  return { ...long, unread }
}

const moreMessages = (a: Arrival | undefined, b: Arrival | undefined): Arrival | undefined =>
  (b?.messages ?? 0) > (a?.messages ?? 0) ? b : a
