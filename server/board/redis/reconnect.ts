/** Keeps a session with Redis: opens a connection, runs a session on it, and starts again with a back-off when it ends. */
import { backoffMs } from '../../../common/async/backoff.ts'
import type { Schedule } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import type { Connection } from './connection.ts'

export interface ReconnectDeps {
  readonly machine: string
  readonly log: Logger
  readonly random: () => number
  readonly schedule: Schedule
  /** Ends it. */
  readonly signal: AbortSignal
  readonly open: () => Promise<Connection>
  /** Rejects when the session breaks. `onAlive` is to be called when it works. */
  readonly run: (connection: Connection, onAlive: () => void) => Promise<void>
  /** Called whenever there is a connection, and with null whenever there is none any more. */
  readonly onConnection: (connection: Connection | null) => void
}

const BACKOFF = { firstMs: 250, maxMs: 5_000 }
const LOG_EVERY = 20

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Resolves once `signal` is aborted; the last connection is left to the caller. */
export async function keepConnected({ machine, log, random, schedule, signal, open, run, onConnection }: ReconnectDeps): Promise<void> {
  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel()
        signal.removeEventListener('abort', done)
        resolve()
      }
      const cancel = schedule(done, ms)
      signal.addEventListener('abort', done)
    })
  }

  for (let failures = 0; ; failures++) {
    let connection: Connection | null = null
    try {
      connection = await open()
      onConnection(connection)
      if (signal.aborted) return
      await run(connection, () => {
        if (failures > 0) log.info({ machine }, 'connected to the shared board again')
        failures = 0
      })
    } catch (error) {
      // Not each time: it is tried again every few seconds, however long it lasts.
      if (failures % LOG_EVERY === 0) log.warn({ reason: reasonOf(error) }, 'no connection to the shared board; retrying')
    }
    if (signal.aborted) return
    connection?.end()
    onConnection(null)
    await pause(backoffMs(failures, BACKOFF, random))
    if (signal.aborted) return
  }
}
