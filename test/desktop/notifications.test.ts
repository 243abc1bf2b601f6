/** Notifications, as a user sees them. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { send, startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { choose, choseBefore } from './app/settings-page.ts'
import type { DesktopApp } from './app/desktop-app.ts'
import { createMachine, hasKeyring, hasScreen, type Machine, onElectron } from './app/machine.ts'
import { useScreen } from './app/screen.ts'
import { countIs } from './app/shown-count.ts'

const openScreen = useScreen()

describe.runIf(hasScreen)('a notification', () => {
  let machine: Machine
  beforeEach(async () => {
    machine = await createMachine(openScreen)
  })
  afterEach(() => machine.close())

  const notified = async (app: DesktopApp): Promise<readonly string[]> =>
    (await app.shown()).notifications.map(({ title, body }) => `${title} | ${body}`)
  const waitForNotifications = (app: DesktopApp, ...all: readonly string[]) =>
    until(async () => JSON.stringify(await notified(app)) === JSON.stringify(all))
  const kim = { from: 'Kim <kim@example.org>', subject: 'one' }
  const lee = { from: 'Lee <lee@example.org>', subject: 'two' }

  test('is one for a burst, with the senders', async () => {
    const app = await machine.start({ hidden: true })
    await countIs(app, 2)
    machine.deliver(kim)
    machine.deliver(lee)
    await waitForNotifications(app, '2 new emails | Lee, Kim')
  })

  test('shows only the account, or only that there is email, as configured', async () => {
    await choseBefore(machine, {}, { notificationText: 'account' })
    const app = await machine.start()
    await countIs(app, 2)
    machine.deliver(kim)
    await waitForNotifications(app, 'New email | demo')
    await (await app.page()).evaluate(() => Reflect.get(window, 'mailbell').updateSharedSettings({ notificationText: 'nothing' }))
    machine.deliver(lee)
    await waitForNotifications(app, 'New email | demo', 'New email | ')
  })

  test('of a message during a mute is part of a summary when the mute ends', async () => {
    await choseBefore(machine, { muted: [{ scope: null, untilMs: null }] })
    const app = await machine.start({ hidden: true })
    await countIs(app, 2)
    machine.deliver(kim)
    machine.deliver(lee)
    await countIs(app, 4)
    await app.clickMenuItem('Unmute')
    await waitForNotifications(app, '2 new emails | Lee, Kim')
  })

  test('is not shown for a message that was read before the mute ended', async () => {
    await choseBefore(machine, { muted: [{ scope: null, untilMs: null }] })
    const app = await machine.start({ hidden: true })
    await countIs(app, 2)
    machine.deliver(kim)
    await countIs(app, 3)
    machine.read()
    await countIs(app, 0)
    await app.clickMenuItem('Unmute')
    machine.deliver(lee)
    await waitForNotifications(app, 'Lee | two')
  })

  test('comes in quiet hours only from important senders', async () => {
    const allDay = { days: [0, 1, 2, 3, 4, 5, 6], from: '00:00', to: '00:00' }
    await choseBefore(machine, { quietHours: [allDay], vips: ['lee@example.org'] })
    const app = await machine.start()
    await countIs(app, 2)
    machine.deliver(kim)
    machine.deliver(lee)
    await waitForNotifications(app, 'Lee | two')
    await choose(app, { quietHours: [] })
    await waitForNotifications(app, 'Lee | two', 'Kim | one')
  })

  test('is removed when its message is read elsewhere', async () => {
    const app = await machine.start({ hidden: true })
    await countIs(app, 2)
    machine.deliver(kim)
    await waitForNotifications(app, 'Kim | one')
    machine.read()
    await until(async () => (await app.shown()).notifications[0]?.closed === true)
  })

  test('is not repeated after a restart; messages that arrived meanwhile are in one', async () => {
    const app = await machine.start({ hidden: true })
    await countIs(app, 2)
    machine.deliver(kim)
    await waitForNotifications(app, 'Kim | one')
    await app.quit()
    machine.deliver(lee)
    machine.deliver({ from: 'Park <park@example.org>', subject: 'three' })
    const again = await machine.start({ hidden: true })
    await waitForNotifications(again, '2 new emails | Park, Lee')
  })

  test.runIf(hasKeyring)('opens the page of its message with a click', async () => {
    const remote = await startServer()
    try {
      const app = await machine.start()
      const page = await app.page()
      const collect = (unread: number, latest: readonly object[]) =>
        send(remote.port, 'PUT', '/v1/accounts/alice', { token: 'feeder', body: { unread, latest } })
      await collect(0, [])
      await page.getByRole('button', { name: 'Connect to server' }).click()
      await page.getByLabel('Server address').fill(remote.url)
      await page.getByLabel('Token').fill('reader')
      await page.getByRole('button', { name: 'Connect', exact: true }).click()
      await page.getByText('alice').first().waitFor()
      const url = 'https://mail.example.org/inbox/17'
      await collect(1, [{ id: '17', ...kim, date: new Date().toISOString(), url }])
      await waitForNotifications(app, 'Kim | one')
      await app.clickNotification(0)
      await until(async () => (await app.shown()).openedLinks.length === 1)
      expect((await app.shown()).openedLinks).toEqual([url])
    } finally {
      await remote.close()
    }
  })

  test.skipIf(onElectron || process.platform === 'win32')(
    'runs the configured command with a click, with the message in its arguments',
    async () => {
      const file = join(machine.dataDir, 'opened')
      const script = `require('fs').writeFileSync(process.argv[1], process.argv.slice(2).join('|'))`
      const command = `"${process.execPath}" -e "${script}" "${file}" {account} {subject}`
      await choseBefore(machine, { opensMailIn: 'command', mailCommand: command })
      const app = await machine.startStandIn({ hidden: true })
      await countIs(app, 2)
      machine.deliver({ ...kim, subject: `$(touch x) "quoted" 'too'` })
      await until(async () => (await notified(app)).length === 1)
      await app.clickNotification(0)
      const opened = await until(() => readFile(file, 'utf8').catch(() => undefined))
      expect(opened).toBe(`demo|$(touch x) "quoted" 'too'`)
    },
  )
})
