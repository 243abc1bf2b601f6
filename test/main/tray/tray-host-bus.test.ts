/** Whether the desktop shows tray icons, by a StatusNotifierWatcher on a real session bus (dbus-daemon) and the real `gdbus`. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { followOutput } from '../../../main/system/programs.ts'
import { findTrayHost, watchTrayHost } from '../../../main/tray/tray-host.ts'
import { needs } from '../../helpers/parts.ts'
import { startSessionBus, type TestSessionBus } from '../../helpers/desktop/session-bus.ts'
import { startTrayHost, type TestTrayHost } from '../../helpers/desktop/tray-host.ts'
import { until } from '../../helpers/until.ts'

describe.runIf(needs('dbus-daemon') && needs('gdbus'))('the tray on a session bus', () => {
  let bus: TestSessionBus
  const panels: TestTrayHost[] = []
  beforeEach(async () => {
    bus = await startSessionBus()
    vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', bus.address)
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    for (const panel of panels.splice(0)) await panel.close()
    await bus.close()
  })

  const gnome = { platform: 'linux', env: { XDG_CURRENT_DESKTOP: 'GNOME' } } as const

  test('is there with a watcher that has a host, and missing without', async () => {
    expect(await findTrayHost(gnome)).toBe('missing')
    panels.push(await startTrayHost(bus.address, { hasHost: false }))
    expect(await findTrayHost(gnome)).toBe('missing')
    for (const panel of panels.splice(0)) await panel.close()
    panels.push(await startTrayHost(bus.address))
    expect(await findTrayHost(gnome)).toBe('there')
  })

  test('is noticed when a panel starts and ends', async () => {
    let appeared = 0
    const changes: boolean[] = []
    const host = watchTrayHost({
      ...gnome,
      follow: followOutput,
      onAppear: () => (appeared += 1),
      onChange: (isMissing) => changes.push(isMissing),
    })
    try {
      await until(() => changes.length === 1)
      for (const round of [1, 2]) {
        const panel = await startTrayHost(bus.address)
        await until(() => changes.length === 2 * round)
        await panel.close()
        await until(() => changes.length === 2 * round + 1)
      }
      expect(changes).toEqual([true, false, true, false, true])
      expect(appeared).toBe(2)
    } finally {
      host.close()
    }
  })
})
