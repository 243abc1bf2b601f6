import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DesktopWindowState } from '../../common/protocol/window-state.ts'
import { createHistoryFile } from '../../server/history/file.ts'
import { createLog } from '../../server/platform/log.ts'
import { storeHistory } from '../helpers/stored-history.ts'
import { until } from '../helpers/until.ts'
import type { DesktopApp } from './app/desktop-app.ts'
import { createMachine, hasScreen, type Machine, onElectron } from './app/machine.ts'
import { useScreen } from './app/screen.ts'
import { countIs, countOf, lookOf } from './app/shown-count.ts'
import { UNDO_OVER_MS } from '../helpers/web/undo.ts'

const openScreen = useScreen()

/** A new demo mailbox has two unread messages. */
const FIRST_COUNT = 2
describe.runIf(hasScreen)('the count on the desktop', () => {
  let machine: Machine
  beforeEach(async () => {
    machine = await createMachine(openScreen)
  })
  afterEach(() => machine.close())

  const windowSays = async (app: DesktopApp, text: string) => {
    const page = await app.page()
    await page.getByText(text).first().waitFor()
  }

  test('the first start shows the demo mailbox everywhere, without a notification', async () => {
    const app = await machine.start()
    await windowSays(app, '2 unread emails')
    await countIs(app, FIRST_COUNT)
    const shown = await app.shown()
    expect(shown.trays).toHaveLength(1)
    expect(shown.trays[0]?.tooltip).toContain('2')
    expect(Buffer.from(shown.trays[0]?.icon ?? []).toString('latin1', 1, 4)).toBe('PNG')
    expect(shown.notifications).toEqual([])
    expect(shown.windows.map(({ visible }) => visible)).toEqual([true])
  })

  test('a new message updates tray, badge and window, with one notification of its sender and subject', async () => {
    const app = await machine.start()
    await countIs(app, FIRST_COUNT)
    const before = (await app.shown()).trays[0]
    machine.deliver({ from: 'Kim <kim@example.org>', subject: '회의 at nine' })
    await countIs(app, FIRST_COUNT + 1)
    await windowSays(app, '회의 at nine')
    await until(async () => (await app.shown()).notifications.length > 0)
    const { trays, notifications } = await app.shown()
    expect(trays[0]?.tooltip).toContain('3')
    expect(lookOf(trays[0])).not.toEqual(lookOf(before))
    expect(notifications).toHaveLength(1)
    expect(`${notifications[0]?.title} ${notifications[0]?.body}`).toMatch(/Kim.*회의 at nine/s)
  })

  test('the window shows the history of the app’s own server, which the next start goes on with', async () => {
    const path = join(machine.dataDir, 'app-history.sqlite')
    storeHistory(path, 41)
    const app = await machine.start()
    const line = (await app.page()).locator('.sparkline > button')
    await line.waitFor()
    expect(await line.getAttribute('aria-label')).toBe('All unread email, last 24 hours: lowest 2, highest 41, now 2')
    await app.quit()
    const file = createHistoryFile({ path, log: createLog('silent') })
    expect(file.changes('demo', 0, 1e9).map(({ unread }) => unread)).toEqual([2])
    file.close()
  })

  test('a changed number reaches the window in one state, with the number that counts', async () => {
    const app = await machine.start()
    const page = await app.page()
    await countIs(app, FIRST_COUNT)
    await page.evaluate(async () => {
      const bridge = Reflect.get(window, 'mailbell')
      await bridge.desktop.updateDesktopSettings({ notCounted: [{ server: 'local', account: 'other' }] })
      const states: unknown[] = []
      Reflect.set(window, 'states', states)
      bridge.onState((state: DesktopWindowState) =>
        states.push({ unread: state.servers[0]?.accounts?.[0]?.unread, counted: state.counted }),
      )
    })
    machine.deliver({ from: 'Kim <kim@example.org>', subject: 'one more' })
    await countIs(app, FIRST_COUNT + 1)
    await windowSays(app, 'one more')
    const states: readonly { unread: number }[] = await page.evaluate(() => Reflect.get(window, 'states'))
    const changed = states.filter(({ unread }) => unread !== FIRST_COUNT)
    // Other parts of the state may change as well.
    expect(new Set(changed.map((state) => JSON.stringify(state)))).toEqual(
      new Set([JSON.stringify({ unread: FIRST_COUNT + 1, counted: FIRST_COUNT + 1 })]),
    )
  })

  test('reading messages lowers the number without a notification', async () => {
    const app = await machine.start()
    await countIs(app, FIRST_COUNT)
    machine.read()
    await countIs(app, 0)
    await windowSays(app, 'All caught up')
    expect((await app.shown()).notifications).toEqual([])
  })

  test('the buttons of the demo change its mailbox', async () => {
    const app = await machine.start()
    const page = await app.page()
    await page.clock.install()
    await page.getByRole('button', { name: 'Deliver a test email' }).click()
    await countIs(app, FIRST_COUNT + 1)
    await page.getByRole('button', { name: 'Mark all as read' }).click()
    await windowSays(app, 'All caught up')
    await page.clock.fastForward(UNDO_OVER_MS)
    await countIs(app, 0)
  })

  test('the buttons of a message mark it read, archive or delete it, and tray and badge follow', async () => {
    const app = await machine.start()
    const page = await app.page()
    machine.deliver({ from: 'Kim <kim@example.org>', subject: 'to be archived' })
    await countIs(app, FIRST_COUNT + 1)
    await page.getByRole('button', { name: 'Archive: to be archived' }).click()
    await page.getByText('to be archived').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: /^Mark as read: 안녕하세요/ }).click()
    await page.getByRole('button', { name: /^Delete: Welcome/ }).click()
    // Each can be undone until the next step.
    expect(countOf(await app.shown())).toBe(FIRST_COUNT + 1)
    await page.getByRole('button', { name: 'Settings' }).click()
    await countIs(app, 0)
    await page.getByRole('button', { name: 'Back' }).click()
    await windowSays(app, 'All caught up')
    expect((await app.shown()).trays[0]?.tooltip).not.toContain('1')
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  test('a hidden start shows no window but counts, and opens with a click on the tray', async () => {
    const app = await machine.start({ hidden: true })
    await countIs(app, FIRST_COUNT)
    expect((await app.shown()).windows).toEqual([])
    await app.clickTray()
    await windowSays(app, '2 unread emails')
    expect((await app.shown()).windows.map(({ visible }) => visible)).toEqual([true])
  })

  test('closing the window hides it; a click on a notification opens it again', async () => {
    const app = await machine.start()
    await countIs(app, FIRST_COUNT)
    await app.closeWindow()
    await until(async () => (await app.shown()).windows.every(({ visible }) => !visible))
    machine.deliver()
    await until(async () => (await app.shown()).notifications.length === 1)
    await app.clickNotification(0)
    await until(async () => (await app.shown()).windows.some(({ visible }) => visible))
    await windowSays(app, '3 unread emails')
  })

  // macOS has no language option for a single start.
  test.skipIf(onElectron && process.platform === 'darwin')('the tray is in Korean on a Korean system', async () => {
    const app = await machine.start({ systemLanguages: ['ko-KR'] })
    await countIs(app, FIRST_COUNT)
    const [tray] = (await app.shown()).trays
    expect(`${tray?.tooltip} ${tray?.menu.map(({ label }) => label).join(' ')}`).toMatch(/[가-힣]/)
    const page = await app.page()
    await page
      .getByRole('button', { name: /[가-힣]/ })
      .first()
      .waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('ko')
  })

  test('a new language changes window and tray at once, and is stored', async () => {
    const app = await machine.start()
    const page = await app.page()
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByLabel('Language', { exact: true }).selectOption('ko')
    await page.getByLabel('언어', { exact: true }).waitFor()
    await until(async () => /[가-힣]/.test((await app.shown()).trays[0]?.menu.map(({ label }) => label).join(' ') ?? ''))
    await app.quit()
    const again = await machine.start()
    await (
      await again.page()
    )
      .getByRole('button', { name: /[가-힣]/ })
      .first()
      .waitFor()
  })
})
