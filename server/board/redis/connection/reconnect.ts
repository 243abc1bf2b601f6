/** Keeps a session with Redis: opens a connection, runs a session on it, and starts again with a back-off when it ends. */
import { backoffMs } from '../../../../common/async/backoff.ts'
import { createPause } from '../../../platform/pause.ts'
import type { Connection } from './connection.ts'
import type { Machine } from '../machine.ts'

const BACKOFF = { firstMs: 250, maxMs: 5_000 }

/**
 * Resolves once the machine leaves; the last connection is left to the caller.
 * @param run a session: rejects when it breaks, and calls `onAlive` when it works
 */
export async function keepConnected(machine: Machine, run: (connection: Connection, onAlive: () => void) => Promise<void>): Promise<void> {
  const { outage, config, connect, random, schedule } = machine
  const { signal } = machine.closing
  const pause = createPause(schedule)
  signal.addEventListener('abort', pause.end)

  for (let failures = 0; ; failures++) {
    try {
      machine.connection = await connect(config)
      if (signal.aborted) return
      await run(machine.connection, () => {
        outage.recovered()
        failures = 0
      })
    } catch (error) {
      outage.failed(error)
      machine.connection?.end(error)
    }
    if (signal.aborted) return
    machine.connection?.end()
    machine.connection = null
    await pause.wait(backoffMs(failures, BACKOFF, random))
    if (signal.aborted) return
  }
}
