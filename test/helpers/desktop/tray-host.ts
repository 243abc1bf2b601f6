/** A panel with a tray on a real session bus: the StatusNotifierWatcher, and whether it has a host. */
import { createClient } from 'dbus-native'

export interface TestTrayHost {
  /** The watcher leaves the bus, as when a panel ends. */
  close(): Promise<void>
}

const NAME = 'org.kde.StatusNotifierWatcher'

export async function startTrayHost(address: string, { hasHost = true } = {}): Promise<TestTrayHost> {
  const bus = createClient({ busAddress: address })
  bus.connection.on('error', () => undefined)
  bus.exportInterface({ IsStatusNotifierHostRegistered: hasHost }, '/StatusNotifierWatcher', {
    name: NAME,
    properties: { IsStatusNotifierHostRegistered: 'b' },
  })
  await bus.requestName(NAME, 0)
  return { close: () => bus.close() }
}
