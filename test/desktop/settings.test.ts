import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { put, startServer, type TestServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import type { DesktopApp } from './app/desktop-app.ts'
import { createMachine, hasScreen, type Machine, onElectron } from './app/machine.ts'
import { closeAll, machineAndTeam } from './app/team.ts'
import { restart, settingsOf } from './app/settings-page.ts'
import { useScreen } from './app/screen.ts'
import { countIs } from './app/shown-count.ts'

const openScreen = useScreen()

describe.runIf(hasScreen)('the first start', () => {
  let machine: Machine
  beforeEach(async () => {
    machine = await createMachine(openScreen)
  })
  afterEach(() => machine.close())

  test('explains Mailbell while the demo counts, and is not shown again once finished', async () => {
    const app = await machine.start({ firstRun: true })
    const page = await app.page()
    await page.getByRole('heading', { name: 'Welcome to Mailbell' }).waitFor()
    await countIs(app, 2)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('button', { name: 'Try the demo mailbox' }).click()
    await page.getByRole('button', { name: 'Finish', exact: true }).click()
    await page.getByText('2 unread emails').first().waitFor()
    await app.quit()
    const again = await (await machine.start({ firstRun: true })).page()
    await again.getByText('2 unread emails').first().waitFor()
  })
})

describe.runIf(hasScreen && !onElectron)('the settings', () => {
  let machine: Machine
  beforeEach(async () => {
    machine = await createMachine(openScreen)
  })
  afterEach(() => machine.close())

  test('a shortcut shows and hides the window, also after a restart; one that another program uses is rejected', async () => {
    const app = await machine.startStandIn({ takenShortcuts: ['Alt+F4'] })
    const page = await settingsOf(app)
    await page.getByRole('button', { name: 'Record shortcut' }).click()
    await page.keyboard.press('Control+Alt+m')
    await until(async () => (await app.shown()).shortcuts[0] === 'Control+Alt+M')
    await page.getByRole('button', { name: 'Change' }).click()
    await page.keyboard.press('Alt+F4')
    await page.getByText('Another app uses this shortcut').waitFor()
    const visible = async (which: DesktopApp) => (await which.shown()).windows.some((window) => window.visible)
    expect((await app.shown()).shortcuts).toEqual(['Control+Alt+M'])
    await app.pressShortcut('Control+Alt+M')
    await until(async () => !(await visible(app)))
    const again = await restart(machine, app, { hidden: true })
    await until(async () => (await again.shown()).shortcuts.length === 1)
    await again.pressShortcut('Control+Alt+M')
    await until(() => visible(again))
    const taken = await restart(machine, again, { takenShortcuts: ['Control+Alt+M'] })
    await (await taken.page()).getByText('The shortcut Control+Alt+M is not available').waitFor()
  })

  test('a test notification is shown like a real one', async () => {
    const app = await machine.startStandIn()
    const page = await settingsOf(app)
    await page.getByRole('button', { name: 'Show a test notification' }).click()
    await until(async () => (await app.shown()).notifications[0]?.title === 'Test notification')
  })

  test('the log is opened, and the diagnostics are copied without names', async () => {
    const remote = await startServer()
    await put(remote.port, 'kim.secret@example.org', 7)
    const app = await machine.startStandIn()
    const page = await app.page()
    expect(await page.evaluate((url) => Reflect.get(window, 'mailbell').connectServer({ url, token: 'reader' }), remote.url)).toEqual({
      ok: true,
    })
    await countIs(app, 7)
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('button', { name: 'Open log' }).click()
    await until(async () => (await app.shown()).openedFiles.length === 1)
    await page.getByRole('button', { name: 'Copy diagnostics' }).click()
    await page.getByText('Copied.').waitFor()
    const text = (await app.shown()).copied.at(-1) ?? ''
    expect(text).toContain('s2: remote, live')
    expect(text).not.toMatch(/kim|secret@|reader/)
    expect(text).not.toContain(String(remote.port))
    await remote.close()
  })
})

describe.runIf(hasScreen && !onElectron)('settings as a file', () => {
  let machine: Machine
  let remote: TestServer
  beforeEach(async () => {
    ;({ machine, remote } = await machineAndTeam(openScreen))
  })
  afterEach(() => closeAll(machine, remote))

  test('transfer to another machine without secrets, and show there which servers need a token', async () => {
    const path = join(machine.configDir, 'exported.json')
    await mkdir(machine.configDir, { recursive: true })
    const app = await machine.startStandIn()
    const page = await app.page()
    expect(await page.evaluate((url) => Reflect.get(window, 'mailbell').connectServer({ url, token: 'reader' }), remote.url)).toEqual({
      ok: true,
    })
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByLabel('Tray icon shows').selectOption('dot')
    await app.pickFile(null)
    await page.getByRole('button', { name: 'Export…' }).click()
    await app.pickFile(path)
    await page.getByRole('button', { name: 'Export…' }).click()
    await page.getByText('Settings saved.').waitFor()
    expect(await readFile(path, 'utf8')).not.toContain('reader')

    const other = await createMachine(openScreen)
    try {
      const there = await other.startStandIn()
      const settings = await settingsOf(there)
      await there.pickFile(path)
      await settings.getByRole('button', { name: 'Import…' }).click()
      await settings.getByText(/1 server imported. Connect to it with its token/).waitFor()
      await until(async () => (await settings.getByLabel('Tray icon shows').inputValue()) === 'dot')
      await settings.getByRole('button', { name: 'Back' }).click()
      await settings.getByText('Signed out').first().waitFor()
      await settings.getByRole('button', { name: 'Connect to server' }).click()
      await settings.getByLabel('Server address').fill(remote.url)
      await settings.getByLabel('Token').fill('reader')
      await settings.getByRole('button', { name: 'Connect', exact: true }).click()
      await settings.getByText('alice').first().waitFor()
    } finally {
      await other.close()
    }
  })

  test('an invalid file changes nothing, and is reported', async () => {
    const path = join(machine.configDir, 'holiday.json')
    await mkdir(machine.configDir, { recursive: true })
    await writeFile(path, '{"mailbell": 1, "accounts": [{"account": "x"}]}')
    const app = await machine.startStandIn()
    const page = await settingsOf(app)
    const before = await readFile(join(machine.userDataDir, 'settings.json'), 'utf8')
    await app.pickFile(path)
    await page.getByRole('button', { name: 'Import…' }).click()
    await page.getByText('Nothing was changed.').waitFor()
    expect(await readFile(join(machine.userDataDir, 'settings.json'), 'utf8')).toBe(before)
  })
})
