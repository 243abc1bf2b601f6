import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { put, startServer, type TestServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import type { DesktopApp } from './desktop-app.ts'
import { createMachine, hasScreen, type Machine, onElectron } from './machine.ts'
import { closeAll, machineAndTeam } from './team.ts'
import { on } from './platform.ts'
import { useScreen } from './screen.ts'
import { countIs, countOf } from './shown-count.ts'

const openScreen = useScreen()

const PASSPHRASE = 'open sesame, please'

async function settingsOf(app: DesktopApp): Promise<Page> {
  const page = await app.page()
  await page.getByRole('button', { name: 'Settings' }).click()
  return page
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

async function restart(machine: Machine, app: DesktopApp, options: Parameters<Machine['startStandIn']>[0] = {}) {
  await app.quit()
  await app.exited
  return await machine.startStandIn(options)
}

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
    await app.exited
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

  test.runIf(on('linux'))('start at login is an autostart entry, and off once that is removed', async () => {
    const app = await machine.startStandIn()
    const page = await settingsOf(app)
    const entry = join(machine.configDir, 'autostart', 'mailbell.desktop')
    const box = page.getByLabel('Start at login')
    await box.click()
    await until(() => isThere(entry))
    await until(() => box.isChecked())
    expect(await readFile(entry, 'utf8')).toMatch(/^Exec=.* --hidden$/m)
    await rm(entry)
    await app.closeWindow()
    await app.clickTray()
    const says = () => page.evaluate(() => Reflect.get(window, 'mailbell').readState())
    await until(async () => (await says()).desktop.settings.startAtLogin === false)
  })

  test.runIf(on('linux'))('an autostart folder that is not writable is reported in the window', async () => {
    await mkdir(machine.configDir, { recursive: true })
    await writeFile(join(machine.configDir, 'autostart'), 'a file where a folder should be')
    const page = await settingsOf(await machine.startStandIn())
    await page.getByLabel('Start at login').click()
    await page.getByText(/EEXIST|ENOTDIR/).waitFor()
    expect(await page.getByLabel('Start at login').isChecked()).toBe(false)
  })

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

  test('all app data is listed and removed, and the app exits', async () => {
    const app = await machine.startStandIn()
    const page = await settingsOf(app)
    await page.getByLabel('Start at login').click()
    await page.getByRole('button', { name: 'Remove all Mailbell data…' }).click()
    await page.getByText(join(machine.userDataDir, 'settings.json')).waitFor()
    await page.getByRole('button', { name: 'Remove all data', exact: true }).click()
    await page.getByRole('group', { name: 'Remove all data' }).getByRole('button', { name: 'Remove all data' }).click()
    expect(await app.exited).toBe(0)
    // On macOS the folder is also that of a server without a desktop.
    if (on('darwin')) expect(await readdir(machine.dataDir)).not.toContain('settings.json')
    else {
      expect(await isThere(machine.userDataDir)).toBe(false)
      expect(await readdir(machine.dataDir)).toEqual([])
    }
    if (on('linux')) expect(await readdir(join(machine.configDir, 'autostart'))).toEqual([])
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

describe.runIf(hasScreen && !onElectron && on('linux'))('a system without a keyring', () => {
  let machine: Machine
  let remote: TestServer
  beforeEach(async () => {
    ;({ machine, remote } = await machineAndTeam(openScreen))
  })
  afterEach(() => closeAll(machine, remote))
  const files = async (): Promise<string> => {
    const names = (await readdir(machine.userDataDir)).filter((name) => name.endsWith('.json'))
    return (await Promise.all(names.map((name) => readFile(join(machine.userDataDir, name), 'utf8')))).join()
  }

  async function connected() {
    const app = await machine.startStandIn({ keyring: 'none' })
    const page = await app.page()
    await page.getByText('This system has no keyring.').waitFor()
    expect(await page.evaluate((url) => Reflect.get(window, 'mailbell').connectServer({ url, token: 'reader' }), remote.url)).toEqual({
      ok: true,
    })
    await countIs(app, 7)
    return { app, page }
  }

  test('deletes tokens at exit once that is accepted, and does not ask again', async () => {
    const { app, page } = await connected()
    await page.getByRole('button', { name: 'Keep until I quit' }).click()
    await page.getByText('This system has no keyring.').waitFor({ state: 'detached' })
    expect(await files()).not.toContain('"reader"')
    const again = await restart(machine, app, { keyring: 'none' })
    const home = await again.page()
    await home.getByText('Signed out').first().waitFor()
    expect(await home.getByText('This system has no keyring.').count()).toBe(0)
  })

  test('seals them with a passphrase, which the next start requests, even a hidden one', async () => {
    const { app, page } = await connected()
    await page.getByRole('button', { name: 'Set passphrase' }).click()
    await page.getByLabel('New passphrase', { exact: true }).fill(PASSPHRASE)
    await page.getByLabel('Repeat new passphrase').fill(PASSPHRASE)
    await page.getByRole('button', { name: 'Set passphrase' }).click()
    await page.getByText('are encrypted with your passphrase').waitFor()
    expect(await files()).not.toMatch(/"reader"|sesame/)

    const again = await restart(machine, app, { keyring: 'none', hidden: true })
    await until(async () => (await again.shown()).trays[0]?.tooltip.includes('needs attention'))
    expect((await again.shown()).windows).toEqual([])
    await again.clickTray()
    const locked = await again.page()
    await locked.getByLabel('Passphrase', { exact: true }).fill('sesame')
    await locked.getByRole('button', { name: 'Unlock' }).click()
    await locked.getByText('This passphrase is wrong.').waitFor()
    expect(countOf(await again.shown())).toBe(0)
    await locked.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
    await locked.getByRole('button', { name: 'Unlock' }).click()
    await countIs(again, 7)
    await locked.getByText('Your passwords are locked').waitFor({ state: 'detached' })
  })

  test('resets the sign-ins after a forgotten passphrase', async () => {
    const { app, page } = await connected()
    const request = { passphrase: PASSPHRASE, current: '' }
    expect(await page.evaluate((form) => Reflect.get(window, 'mailbell').desktop.setPassphrase(form), request)).toEqual({ ok: true })
    const again = await restart(machine, app, { keyring: 'none' })
    const home = await again.page()
    await home.getByRole('button', { name: 'Forgot passphrase' }).click()
    await home.getByRole('button', { name: 'Start over' }).click()
    await home.getByText('Your passwords are locked').waitFor({ state: 'detached' })
    await home.getByText('Signed out').first().waitFor()
    expect(JSON.parse(await readFile(join(machine.userDataDir, 'passphrase.json'), 'utf8'))).not.toHaveProperty('sealed')
  })
})
