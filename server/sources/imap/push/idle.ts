/**
 * Keeps a connection in IDLE (RFC 2177) between commands. After the server ends it early, the next one starts with a
 * growing delay.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { backoffMs } from '../../../../common/async/backoff.ts'
import type { Connection } from '../connection/open.ts'
import { isServerBusy } from '../../lib/mail/server-busy.ts'
import type { ImapTimes } from '../connection/times.ts'
import type { PushTrial } from './push-trials.ts'

export const supportsIdle = ({ client: { capabilities } }: Pick<Connection, 'client'>): boolean =>
  capabilities.has('IDLE') || capabilities.has('IMAP4rev2')

/**
 * @param onRefused called when the server refuses IDLE although it announces it.
 * @param trial of the account, on its primary connection.
 */
export function createIdleLoop(connection: Connection, onRefused: () => void, times: ImapTimes, trial?: PushTrial) {
  const { client, lost } = connection
  let session: AbortController | null = null
  let isRefused = false
  let shortIdles = 0
  let nextAtMs = Number.NEGATIVE_INFINITY

  async function run(stopped: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([stopped, lost])
    while (!signal.aborted) {
      const waitMs = nextAtMs - performance.now()
      if (waitMs > 0) await delay(waitMs, undefined, { signal })
      const startedAtMs = performance.now()
      trial?.started()
      const result = await client.idle()
      if (signal.aborted || !client.usable) return
      if (result === false) {
        isRefused = true
        if (!isServerBusy(connection.lastErrorCode)) trial?.refused()
        return onRefused()
      }
      const nowMs = performance.now()
      shortIdles = nowMs - startedAtMs < times.shortIdle ? shortIdles + 1 : 0
      nextAtMs = nowMs + backoffMs(shortIdles, { firstMs: times.idlePause, maxMs: times.idlePauseMax })
    }
  }

  return {
    /** Starts it, unless it runs; true where the server will push changes. */
    start(): boolean {
      // A poll has succeeded since the last one.
      trial?.ended()
      if (isRefused || !supportsIdle(connection) || trial?.isAllowed() === false) return false
      if (session === null) {
        session = new AbortController()
        // `lost` reports a lost connection, and an aborted delay is no error.
        run(session.signal).catch(() => undefined)
      }
      return performance.now() >= nextAtMs
    },
    /** Call before the next command, which itself ends a running IDLE. */
    stop(): void {
      session?.abort()
      session = null
    },
  }
}
