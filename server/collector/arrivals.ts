/** How long messages take from the mail server to the board. Pure. */
import type { AccountIds, Arrival } from '../../common/protocol/wire.ts'
import type { Entry } from '../board/entries.ts'
import type { Counts } from '../sources/source.ts'

/** The newest delays of an account, and accounts that have any. */
const MAX_DELAYS = 20
const MAX_ACCOUNTS = 10_000
/** By how much the clock of a mail server may be behind. */
const CLOCK_SLACK_MS = 60_000
/** More is the date of another time, or a clock that is wrong. */
const MAX_DELAY_MS = 24 * 3_600_000

/** @param wallClock epoch milliseconds */
export function createArrivals(wallClock: () => number) {
  const delays = new Map<string, readonly number[]>()

  return {
    /**
     * Compares what a source reports with what the board has. Only a message that came after the last count is new: one that was
     * marked unread again has an older date. Without a date of the mail server, or with one that its clock makes absurd, it
     * says nothing.
     */
    note(id: string, before: Pick<Entry, 'counts' | 'status' | 'checkedAtMs'> | undefined, { latest }: Counts): void {
      const [newest] = latest ?? []
      const known = before?.counts?.latest
      if (newest === undefined || known === undefined || before?.status !== 'ok' || before.checkedAtMs === null) return
      if (known[0]?.id === newest.id) return
      const knownIds = new Set(known.map((message) => message.id))
      for (const message of latest ?? []) {
        const arrivedAtMs = knownIds.has(message.id) ? Number.NaN : Date.parse(message.date ?? '')
        const delayMs = wallClock() - arrivedAtMs
        if (!(arrivedAtMs > before.checkedAtMs - CLOCK_SLACK_MS && delayMs >= 0 && delayMs <= MAX_DELAY_MS)) continue
        const own = [...(delays.get(id) ?? []), delayMs].slice(-MAX_DELAYS)
        // The account that had a new message last is the last one in the map.
        delays.delete(id)
        delays.set(id, own)
        if (delays.size > MAX_ACCOUNTS) for (const oldest of delays.keys()) if (delays.delete(oldest)) break
      }
    },
    /** Of the newest messages of these accounts; null if none was new since the start. */
    of(ids: AccountIds): Arrival | null {
      const all = (ids === '*' ? [...delays.values()] : ids.map((id) => delays.get(id) ?? [])).flat()
      const median = all.toSorted((a, b) => a - b)[Math.floor((all.length - 1) / 2)]
      return median === undefined ? null : { medianSeconds: Math.round(median / 100) / 10, messages: all.length }
    },
  }
}
