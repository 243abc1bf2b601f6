/** The app on a real session bus of Linux, with a server of `org.freedesktop.Notifications` on it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type NotificationServer, startNotificationServer } from '../../helpers/desktop/notification-server.ts'
import { needs } from '../../helpers/parts.ts'
import { startSessionBus, type TestSessionBus } from '../../helpers/desktop/session-bus.ts'
import { until } from '../../helpers/until.ts'
import { createMachine, hasScreen, type Machine, onElectron } from '../app/machine.ts'
import { on } from '../app/platform.ts'
import { useScreen } from '../app/screen.ts'
import { countIs } from '../app/shown-count.ts'

const openScreen = useScreen()

/** A bus of Linux also needs its kernel. */
const hasBus = on('linux') && process.platform === 'linux' && needs('dbus-daemon')

describe.runIf(hasScreen && !onElectron && hasBus)('notifications on a session bus', () => {
  let machine: Machine
  let bus: TestSessionBus
  let server: NotificationServer
  beforeEach(async () => {
    machine = await createMachine(openScreen)
    bus = await startSessionBus()
    server = await startNotificationServer(bus.address)
  })
  afterEach(async () => {
    await machine.close()
    await server.close()
    await bus.close()
  })

  test('delete their own message with a button, and are closed with it; a click opens the window', async () => {
    const app = await machine.startStandIn({ hidden: true, env: bus.env })
    await countIs(app, 2)
    machine.deliver({ from: 'Kim <kim@example.org>', subject: 'one' })
    await until(() => server.shown().length === 1)
    machine.deliver({ from: 'Lee <lee@example.org>', subject: 'two & three' })
    await until(() => server.shown().length === 2)
    expect(server.shown()).toMatchObject([
      { title: 'Kim', body: 'one', isClosed: true },
      { title: 'Lee', body: 'two &amp; three', isClosed: false },
    ])
    expect(server.shown()[1]?.actions.map(([, label]) => label)).toEqual(['Open Mailbell', 'Mark as read', 'Archive', 'Delete'])
    server.emit(2, ['ActionInvoked', '2'])
    await countIs(app, 3)
    const lines = (await app.shown()).trays[0]?.menu.map(({ label }) => label)
    expect(lines).toContain('Kim: one')
    expect(lines).not.toContain('Lee: two & three')
    machine.deliver({ from: 'Park <park@example.org>', subject: 'four' })
    await until(() => server.shown().length === 3)
    server.emit(3, ['ActionInvoked', 'default'])
    await until(async () => (await app.shown()).windows.some(({ visible }) => visible))
    // Electron showed none of them.
    expect((await app.shown()).notifications).toEqual([])
  })

  test('are closed when the app quits', async () => {
    const app = await machine.startStandIn({ hidden: true, env: bus.env })
    await countIs(app, 2)
    machine.deliver({ from: 'Kim <kim@example.org>', subject: 'one' })
    await until(() => server.shown().length === 1)
    await app.quit()
    await app.exited
    expect(server.shown()).toMatchObject([{ isClosed: true }])
  })
})
