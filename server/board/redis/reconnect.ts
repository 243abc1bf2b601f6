/** Keeps a session with Redis: opens a connection, runs a session on it, and starts again with a back-off when it ends. */
import { backoffMs } from '../../../common/async/backoff.ts'
import { errorTextOf } from '../../../common/errors.ts'
import { createPause } from '../../platform/pause.ts'
import { type Connection, openConnection } from './connection.ts'
import type { Machine } from './machine.ts'

const BACKOFF = { firstMs: 250, maxMs: 5_000 }
const LOG_EVERY = 20

/**
 * Resolves once the machine leaves; the last connection is left to the caller.
 * @param run a session: rejects when it breaks, and calls `onAlive` when it works
 * @param onLost called whenever there is no connection any more
 */
export async function keepConnected(
  machine: Machine,
  run: (connection: Connection, onAlive: () => void) => Promise<void>,
  onLost: () => void,
): Promise<void> {
  const { machineId, config, log, random, schedule } = machine
  const { signal } = machine.closing
  const pause = createPause(schedule)
  signal.addEventListener('abort', pause.end)

  for (let failures = 0; ; failures++) {
    try {
      machine.connection = await openConnection(config)
      if (signal.aborted) return
      await run(machine.connection, () => {
        if (failures > 0) log.info({ machine: machineId }, 'connected to the shared board again')
        failures = 0
      })
    } catch (error) {
      // Only now and then: there is a retry every few seconds, however long the outage lasts.
      if (failures % LOG_EVERY === 0) log.warn({ reason: errorTextOf(error) }, 'no connection to the shared board; retrying')
    }
    if (signal.aborted) return
    machine.connection?.end()
    machine.connection = null
    onLost()
    await pause.wait(backoffMs(failures, BACKOFF, random))
    if (signal.aborted) return
  }
}
