/** Notifications as each platform shows them. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../../helpers/until.ts'
import type { DesktopApp } from '../app/desktop-app.ts'
import { createMachine, hasScreen, type Machine, onElectron } from '../app/machine.ts'
import { on, platform } from '../app/platform.ts'
import { useScreen } from '../app/screen.ts'
import { countIs } from '../app/shown-count.ts'
import { choseBefore } from '../app/settings-page.ts'

const openScreen = useScreen()

const kim = { from: 'Kim <kim@example.org>', subject: 'one' }
const lee = { from: 'Lee <lee@example.org>', subject: 'two' }
const notified = (app: DesktopApp, count: number) => until(async () => (await app.shown()).notifications.length === count)

describe.runIf(hasScreen && !onElectron)(`notifications on ${platform}`, () => {
  let machine: Machine
  beforeEach(async () => {
    machine = await createMachine(openScreen)
  })
  afterEach(() => machine.close())

  /** The app with a notification of each message, one after the other. */
  async function startWithTwo(): Promise<DesktopApp & Awaited<ReturnType<Machine['startStandIn']>>> {
    const app = await machine.startStandIn({ hidden: true })
    await countIs(app, 2)
    machine.deliver(kim)
    await notified(app, 1)
    machine.deliver(lee)
    await notified(app, 2)
    return app
  }

  test('replace the one before of the same account', async () => {
    const app = await startWithTwo()
    expect((await app.shown()).notifications.map(({ body, visible }) => [body, visible])).toEqual([
      ['one', false],
      ['two', true],
    ])
  })

  test.skipIf(on('linux'))('have buttons that act on their own message, after an earlier one of the account too', async () => {
    const app = await startWithTwo()
    expect((await app.shown()).notifications[1]?.buttons).toEqual(['Mark as read', 'Archive', 'Delete'])
    await app.pressNotification(1, 2)
    await countIs(app, 3)
    const lines = (await app.shown()).trays[0]?.menu.map(({ label }) => label)
    expect(lines).toContain('Kim: one')
    expect(lines).not.toContain('Lee: two')
  })

  test.skipIf(on('linux'))('report an action that fails', async () => {
    const app = await machine.startStandIn({ hidden: true })
    await countIs(app, 2)
    machine.deliver({ from: 'Kim <kim@example.org>', subject: 'read me' })
    await until(async () => (await app.shown()).notifications.length === 1)
    expect((await app.shown()).notifications[0]?.buttons).toEqual(['Mark as read', 'Archive', 'Delete'])
    // Before the app removes the notification of a deleted message.
    await Promise.all([app.pressNotification(0, 2), app.pressNotification(0, 2)])
    await until(async () => (await app.shown()).notifications.length === 2)
    expect((await app.shown()).notifications[1]).toMatchObject({
      title: 'Action failed',
      body: 'This email no longer exists.',
      buttons: [],
    })
    expect((await app.shown()).windows).toEqual([])
  })

  test.runIf(on('linux'))('have no buttons on Linux, where Electron shows none', async () => {
    const app = await startWithTwo()
    expect((await app.shown()).notifications[1]?.buttons).toEqual([])
  })

  test('open their own message with a click, after an earlier one of the account too', async () => {
    const file = join(machine.home, 'opened')
    const script = `require('fs').writeFileSync(process.argv[1], process.argv[2])`
    await choseBefore(machine, { opensMailIn: 'command', mailCommand: `"${process.execPath}" -e "${script}" "${file}" {subject}` })
    const app = await startWithTwo()
    await app.clickNotification(1)
    expect(await until(() => readFile(file, 'utf8').catch(() => ''))).toBe('two')
  })

  test('that the system refuses are logged, and counting goes on', async () => {
    const app = await machine.startStandIn({ hidden: true, notifications: 'fail' })
    await countIs(app, 2)
    machine.deliver(kim)
    const log = (): Promise<string> => readFile(join(machine.logDir, 'mailbell.log'), 'utf8')
    await until(async () => (await log()).includes('Notifications are not allowed'))
    machine.deliver(lee)
    await countIs(app, 4)
  })

  test('are not shown by a system without a notification service, and counting goes on', async () => {
    const app = await machine.startStandIn({ hidden: true, notifications: 'none' })
    await countIs(app, 2)
    machine.deliver(kim)
    await countIs(app, 3)
    machine.read()
    await countIs(app, 0)
    expect((await app.shown()).notifications).toEqual([])
  })

  test('wait while the screen is locked, which Linux does not report and is queried for', async () => {
    const app = await machine.startStandIn({ hidden: true, ...(on('linux') && { hastyMs: 60_000 }) })
    await countIs(app, 2)
    await app.playPresence({ locked: true, idleSeconds: 0 })
    machine.deliver(kim)
    await countIs(app, 3)
    expect((await app.shown()).notifications).toEqual([])
    await app.playPresence({ locked: false, idleSeconds: 0 })
    await notified(app, 1)
    expect((await app.shown()).notifications[0]).toMatchObject({ title: 'Kim', body: 'one' })
  })
})
