/**
 * Keeps a connection in IDLE (RFC 2177) while nothing else is asked. A server that ends it by itself gets a new one
 * after a pause that grows while it goes on so.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { backoffMs } from '../../../../common/async/backoff.ts'
import type { Connection } from '../connection/open.ts'
import type { ImapTimes } from '../connection/times.ts'

export interface Idler {
  /** Begins, unless that is under way; true where the server will tell of changes. */
  begin(): boolean
  /** The next question is about to be asked, which itself ends what is under way. */
  end(): void
}

/** @param onRefused called when the server turns out not to want it, though it says that it can. */
export function createIdler({ client, lost }: Connection, onRefused: () => void, times: ImapTimes): Idler {
  let session: AbortController | null = null
  let refused = false
  let shortIdles = 0
  let nextAtMs = Number.NEGATIVE_INFINITY

  async function keepOn(ended: AbortSignal): Promise<void> {
    const over = AbortSignal.any([ended, lost])
    while (!over.aborted) {
      const leftMs = nextAtMs - performance.now()
      if (leftMs > 0) await delay(leftMs, undefined, { signal: over })
      const sinceMs = performance.now()
      const answer = await client.idle()
      if (over.aborted) return
      if (answer === false) {
        refused = true
        return onRefused()
      }
      const nowMs = performance.now()
      shortIdles = nowMs - sinceMs < times.shortIdle ? shortIdles + 1 : 0
      nextAtMs = nowMs + backoffMs(shortIdles, { firstMs: times.idlePause, maxMs: times.idlePauseMax })
    }
  }

  return {
    begin() {
      if (refused || !(client.capabilities.has('IDLE') || client.capabilities.has('IMAP4rev2'))) return false
      if (session === null) {
        session = new AbortController()
        // A lost connection is told by its own signal, and an ended pause is no failure.
        keepOn(session.signal).catch(() => undefined)
      }
      return performance.now() >= nextAtMs
    },
    end() {
      session?.abort()
      session = null
    },
  }
}
