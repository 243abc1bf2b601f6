/** Start at login, menus and windows, as each platform has them. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../../helpers/until.ts'
import { createMachine, hasScreen, type Machine, onElectron } from '../app/machine.ts'
import { on, platform } from '../app/platform.ts'
import { useScreen } from '../app/screen.ts'
import { choose, isThere, settingsOf } from '../app/settings-page.ts'
import { countIs } from '../app/shown-count.ts'

const openScreen = useScreen()

describe.runIf(hasScreen && !onElectron)(`the app on ${platform}`, () => {
  let machine: Machine
  beforeEach(async () => {
    machine = await createMachine(openScreen)
  })
  afterEach(() => machine.close())

  test('knows its platform in main process, server and window', async () => {
    const app = await machine.startStandIn()
    const page = await app.page()
    await countIs(app, 2)
    expect(await page.evaluate(async () => (await Reflect.get(window, 'mailbell').readState()).desktop.platform)).toBe(platform)
    // The server writes the demo mailbox where this platform has data.
    expect(await readdir(machine.dataDir)).toContain('demo.sqlite')
    expect(await readFile(join(machine.logDir, 'mailbell.log'), 'utf8')).toContain('the server is listening')
  })

  test('has no menu with developer tools outside macOS', async () => {
    const app = await machine.startStandIn()
    await app.page()
    expect((await app.shown()).applicationMenu).toBe(on('darwin') ? 'default' : 'none')
  })

  test.runIf(on('linux'))('starts at login by an autostart entry, and not once that is removed', async () => {
    const app = await machine.startStandIn({ switches: ['--no-sandbox'] })
    const page = await settingsOf(app)
    const entry = join(machine.configDir, 'autostart', 'org.mailbell.Mailbell.desktop')
    const box = page.getByLabel('Start at login')
    await box.click()
    await until(() => isThere(entry))
    await until(() => box.isChecked())
    expect(await readFile(entry, 'utf8')).toMatch(/^Exec=.* --no-sandbox .* --hidden$/m)
    await rm(entry)
    await app.closeWindow()
    await app.clickTray()
    const says = () => page.evaluate(() => Reflect.get(window, 'mailbell').readState())
    await until(async () => (await says()).desktop.settings.startAtLogin === false)
  })

  test.runIf(on('linux'))('reports an autostart folder that is not writable', async () => {
    await mkdir(machine.configDir, { recursive: true })
    await writeFile(join(machine.configDir, 'autostart'), 'a file where a folder should be')
    const page = await settingsOf(await machine.startStandIn())
    await page.getByLabel('Start at login').click()
    await page.getByText(/EEXIST|ENOTDIR/).waitFor()
    expect(await page.getByLabel('Start at login').isChecked()).toBe(false)
  })

  test.runIf(on('win32'))('starts at login as it is installed, and as the portable program where it is that', async () => {
    const portable = { PORTABLE_EXECUTABLE_FILE: 'C:\\Tools\\Mailbell.exe' }
    const app = await machine.startStandIn({ packaged: true, env: portable })
    await choose(app, { startAtLogin: true })
    expect((await app.shown()).loginItems).toEqual(['"C:\\Tools\\Mailbell.exe" --hidden'])
    await app.quit()
    await app.exited
    const installed = await machine.startStandIn({ packaged: true })
    const page = await installed.page()
    const isOn = (): Promise<boolean> =>
      page.evaluate(async () => (await Reflect.get(window, 'mailbell').readState()).desktop.settings.startAtLogin)
    expect(await isOn()).toBe(false)
    await choose(installed, { startAtLogin: true })
    expect((await installed.shown()).loginItems[1]).toBe(`"${process.execPath}" --hidden`)
  })

  test.runIf(on('darwin'))('starts at login only as an installed app', async () => {
    const app = await machine.startStandIn()
    await choose(app, { startAtLogin: true })
    expect((await app.shown()).loginItems).toEqual([])
    await app.quit()
    await app.exited
    const installed = await machine.startStandIn({ packaged: true })
    await choose(installed, { startAtLogin: true })
    expect((await installed.shown()).loginItems).toEqual(['Mailbell.app'])
  })

  test('has a window that the system may show without the focus', async () => {
    const app = await machine.startStandIn({ focus: 'refused' })
    await app.page()
    await countIs(app, 2)
    expect((await app.shown()).windows.map(({ visible }) => visible)).toEqual([true])
    await until(async () => {
      await app.blurWindow()
      return !(await app.shown()).windows.some(({ visible }) => visible)
    })
  })

  test.runIf(on('darwin'))('does not destroy a window that another one covers', async () => {
    const app = await machine.startStandIn({ hastyMs: 240_000 })
    const page = await app.page()
    await countIs(app, 2)
    await app.coverWindow(true)
    machine.deliver()
    // Its timer is later than the one that would destroy the window.
    await until(async () => (await app.shown()).notifications.length === 1)
    expect((await app.shown()).windows).toHaveLength(1)
    await page.getByText('3 unread emails').first().waitFor()
  })
  test.runIf(on('darwin'))('opens its window when it is opened in the Dock or the Finder', async () => {
    const app = await machine.startStandIn({ hidden: true })
    await countIs(app, 2)
    expect((await app.shown()).windows.some(({ visible }) => visible)).toBe(false)
    await app.activate()
    await until(async () => (await app.shown()).windows.some(({ visible }) => visible))
  })
})
