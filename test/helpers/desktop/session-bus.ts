/** A session bus of its own: a real dbus-daemon without services, policies or anything else of the machine. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Daemon, startDaemon } from '../programs/daemon.ts'
import { pathOf } from '../parts.ts'
import { temporaryFolder } from '../tmp.ts'
import { until } from '../until.ts'

export interface TestSessionBus {
  readonly address: string
  /** The variables of a session with this bus. */
  readonly env: Readonly<Record<string, string>>
  /** Ends the bus with all its connections. */
  end(): Promise<void>
  /** Starts it again, at the same address. */
  start(): Promise<void>
  close(): Promise<void>
}

export async function startSessionBus(): Promise<TestSessionBus> {
  const folder = await temporaryFolder({ open: true })
  const address = `unix:path=${join(folder.path, 'bus')}`
  const config = join(folder.path, 'session.conf')
  await writeFile(
    config,
    `<busconfig><type>session</type><listen>${address}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>`,
  )
  let daemon: Daemon | null = null

  async function start(): Promise<void> {
    // A session bus accepts its own user only.
    daemon = startDaemon(
      'root',
      pathOf('dbus-daemon'),
      [`--config-file=${config}`, '--nofork', '--nopidfile', '--print-address'],
      folder.path,
    )
    const started = daemon
    await until(() => {
      if (started.exited) throw new Error(`dbus-daemon has ended: ${started.output()}`)
      return started.output().includes('unix:')
    })
  }
  async function end(): Promise<void> {
    await daemon?.stop('SIGTERM')
    daemon = null
  }

  await start()
  return {
    address,
    env: { DBUS_SESSION_BUS_ADDRESS: address },
    start,
    end,
    async close() {
      await end()
      await folder.remove()
    },
  }
}
