/** What the mail server wants the person to be told (ALERT, RFC 9051, 7.1): each once, the newest first, and not for ever. */
import { LIMITS } from '../../../common/protocol/wire.ts'
import { readable } from '../../platform/text.ts'

export interface Alerts {
  add(text: string): void
  list(): readonly string[]
}

/** A server that means it says it again at the next sign-in. */
const KEPT_MS = 24 * 3_600_000

export function createAlerts(now: () => number = () => performance.now()): Alerts {
  /** Each with the time when it was told last; the oldest first. */
  const told = new Map<string, number>()
  return {
    add(text) {
      const words = readable(text)
      if (words === '') return
      told.delete(words)
      told.set(words, now())
      const [oldest] = told.keys()
      if (told.size > LIMITS.noticesPerAccount && oldest !== undefined) told.delete(oldest)
    },
    list: () =>
      Array.from(told)
        .flatMap(([text, atMs]) => (now() - atMs < KEPT_MS ? [text] : []))
        .toReversed(),
  }
}
