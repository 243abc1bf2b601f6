/** The window with the real app. */
import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { WindowState } from '../../common/protocol/window-state.ts'
import { put, startServer, type TestServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { createMachine, hasScreen, type Machine, onElectron } from './app/machine.ts'
import { useScreen } from './app/screen.ts'
import { countIs } from './app/shown-count.ts'
import { PROBLEMS } from '../../common/protocol/problems.ts'

const openScreen = useScreen()

/** A Mailbell server at its limit, which answers every request with a Retry-After of one hour. */
async function startBusyServer(port: number): Promise<{ close(): Promise<void> }> {
  const body = JSON.stringify({ type: 'about:blank#overloaded', ...PROBLEMS.overloaded, code: 'overloaded' })
  const server = createServer((_request, response) => response.writeHead(503, { 'Retry-After': '3600' }).end(body))
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A new demo mailbox has two unread messages. */
const FIRST_COUNT = 2
describe.runIf(hasScreen)('in the window', () => {
  let machine: Machine
  beforeEach(async () => {
    machine = await createMachine(openScreen)
  })
  afterEach(() => machine.close())

  const first = { from: 'Kim <kim@example.org>', subject: 'the first of today' }
  const second = { from: 'Lee <lee@example.org>', subject: 'the second of today' }

  test.runIf(!onElectron)('the built page arrives rendered, with its styles in it', async () => {
    const app = await machine.startStandIn()
    await app.page()
    const page = await app.servedPage()
    expect(page).toContain('<div id="app" inert><')
    expect(page).toContain('<style>')
    expect(page).not.toContain('rel="stylesheet"')
  })

  test('Check now, also from the tray, shows when it ended', async () => {
    const app = await machine.start()
    const page = await app.page()
    await countIs(app, FIRST_COUNT)
    expect(await page.getByText('Checked').count()).toBe(0)
    await page.getByRole('button', { name: 'Check now' }).click()
    await page.getByText('Checked just now').first().waitFor()
    // The check may be over before a look at the window.
    await page.evaluate(() => {
      const states: boolean[] = []
      Reflect.set(window, 'checks', states)
      Reflect.get(window, 'mailbell').onState((state: WindowState) => states.push(state.check.isRunning))
    })
    await app.clickMenuItem('Check now')
    const checks = (): Promise<readonly boolean[]> => page.evaluate(() => Reflect.get(window, 'checks'))
    await until(async () => /true.*false$/.test((await checks()).join()))
    await page.getByText('Checked just now').first().waitFor()
    await page.getByRole('button', { name: 'Mute all notifications' }).click()
    await page.getByRole('menuitem', { name: 'For 10 minutes' }).click()
    await page.getByRole('group', { name: /^Muted until/ }).waitFor()
  })

  test('Undo restores an archived message, and the mail server is never contacted', async () => {
    const app = await machine.start()
    const page = await app.page()
    machine.deliver(first)
    machine.deliver(second)
    await page.getByText(second.subject).waitFor()
    await page.getByRole('button', { name: `Archive: ${first.subject}` }).click()
    await page.getByRole('button', { name: `Delete: ${second.subject}` }).click()
    await page.getByText('2 emails changed').first().waitFor()
    expect(await page.getByText('of today').count()).toBe(0)
    await page.getByRole('button', { name: 'Undo' }).click()
    expect(await page.getByText('of today').count()).toBe(2)
    // Later actions are not delayed by it, and only they run.
    await page.getByRole('button', { name: `Mark as read: ${first.subject}` }).click()
    await page.mouse.move(0, 0)
    await countIs(app, FIRST_COUNT + 1)
    expect(await page.getByText(second.subject).count()).toBe(1)
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  test('the search finds a message, and Escape clears it before it hides the window', async () => {
    const app = await machine.start()
    const page = await app.page()
    machine.deliver(first)
    machine.deliver(second)
    await page.getByText(second.subject).waitFor()
    await page.locator('body').click()
    await page.keyboard.type('lee second')
    await page.getByText(first.subject).waitFor({ state: 'detached' })
    expect(await page.getByText(second.subject).count()).toBe(1)
    await page.keyboard.press('Escape')
    await page.getByText(first.subject).waitFor()
    expect((await app.shown()).windows.map(({ visible }) => visible)).toEqual([true])
    await page.keyboard.press('Escape')
    await until(async () => (await app.shown()).windows.every(({ visible }) => !visible))
  })

  test('the menu of an account mutes it, excludes it from the number, and marks it read', async () => {
    const app = await machine.start()
    const page = await app.page()
    await countIs(app, FIRST_COUNT)
    const choose = async (role: 'menuitem' | 'menuitemcheckbox', name: string): Promise<void> => {
      await page
        .getByRole('button', { name: /^More actions for/ })
        .first()
        .click()
      await page.getByRole(role, { name, exact: true }).click()
    }
    await choose('menuitem', 'Until I unmute')
    await page.getByRole('group', { name: 'Muted until you unmute' }).waitFor()
    await choose('menuitemcheckbox', 'Include in unread count')
    await page.locator('.chip', { hasText: 'Not counted' }).waitFor()
    await countIs(app, 0)
    await choose('menuitemcheckbox', 'Include in unread count')
    await countIs(app, FIRST_COUNT)
    await choose('menuitem', 'Unmute')
    await page.getByRole('group', { name: 'Demo mailbox' }).waitFor()
    await choose('menuitem', 'Mark all as read')
    await countIs(app, 0)
  })

  describe('with a remote server', () => {
    let remote: TestServer
    beforeEach(async () => {
      remote = await startServer()
      await put(remote.port, 'alice', 7)
    })
    afterEach(() => remote.close())

    test('a lost connection shows when it reconnects, and Retry now reconnects at once', async () => {
      const app = await machine.start()
      const page = await app.page()
      const link = `mailbell://connect?url=${encodeURIComponent(remote.url)}#token=reader`
      await page.getByRole('button', { name: 'Connect to server' }).click()
      await page.getByLabel('Server address').fill(link)
      await page.getByRole('button', { name: 'Connect', exact: true }).click()
      await countIs(app, 7)
      const { port } = remote
      await remote.close()
      const busy = await startBusyServer(port)
      // So late that only the button reconnects in time.
      await page.getByRole('button', { name: 'Not connected' }).click()
      const details = page.getByRole('dialog')
      await details.getByText('The server has as many clients as it allows.').waitFor()
      await details.getByText(/retrying at/).waitFor()
      await page
        .getByText(/^May be outdated/)
        .first()
        .waitFor()
      await busy.close()
      remote = await startServer({ http: { port } })
      await put(remote.port, 'alice', 8)
      await page.getByRole('button', { name: 'Retry now' }).click()
      await countIs(app, 8)
      await page.getByText('Not connected').first().waitFor({ state: 'detached' })
    })
  })
})
