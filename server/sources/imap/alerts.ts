/** The server's alerts (ALERT, RFC 9051, section 7.1): each text once, the newest first, for a day. */
import { LIMITS } from '../../../common/protocol/wire.ts'
import { readable } from '../../platform/text.ts'

/** The server repeats a current alert at the next login. */
const MAX_AGE_MS = 24 * 3_600_000

export function createAlerts(now: () => number = () => performance.now()) {
  /** Each with the time of its last arrival; the oldest first. */
  const arrivals = new Map<string, number>()
  return {
    add(text: string) {
      const alert = readable(text)
      if (alert === '') return
      arrivals.delete(alert)
      arrivals.set(alert, now())
      const [oldest] = arrivals.keys()
      if (arrivals.size > LIMITS.noticesPerAccount && oldest !== undefined) arrivals.delete(oldest)
    },
    list: (): readonly string[] =>
      Array.from(arrivals)
        .flatMap(([text, atMs]) => (now() - atMs < MAX_AGE_MS ? [text] : []))
        .toReversed(),
  }
}
