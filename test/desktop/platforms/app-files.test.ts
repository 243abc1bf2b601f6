/** What Mailbell leaves on each platform, and *Remove all data* removes. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createMachine, hasScreen, type Machine, onElectron } from '../app/machine.ts'
import { on, platform } from '../app/platform.ts'
import { useScreen } from '../app/screen.ts'
import { isThere, settingsOf } from '../app/settings-page.ts'
import { countIs } from '../app/shown-count.ts'

const openScreen = useScreen()

describe.runIf(hasScreen && !onElectron)(`the files of the app on ${platform}`, () => {
  let machine: Machine
  beforeEach(async () => {
    machine = await createMachine(openScreen)
  })
  afterEach(() => machine.close())

  test('are listed and removed, and the app exits', async () => {
    const app = await machine.startStandIn()
    // By then the server has its files.
    await countIs(app, 2)
    const page = await settingsOf(app)
    await page.getByLabel('Start at login').click()
    await page.getByRole('button', { name: 'Remove all Mailbell data…' }).click()
    await page.getByText(join(machine.userDataDir, 'settings.json')).waitFor()
    await page.getByRole('button', { name: 'Remove all data', exact: true }).click()
    await page.getByRole('group', { name: 'Remove all data' }).getByRole('button', { name: 'Remove all data' }).click()
    expect(await app.exited).toBe(0)
    expect(await isThere(machine.userDataDir)).toBe(false)
    expect(await readdir(machine.dataDir)).toEqual([])
    if (on('linux')) expect(await readdir(join(machine.configDir, 'autostart'))).toEqual([])
  })

  test('are removed, and never those of a server without a desktop', async () => {
    const app = await machine.startStandIn()
    const page = await app.page()
    await countIs(app, 2)
    await mkdir(machine.dataDir, { recursive: true })
    await writeFile(join(machine.dataDir, 'mailbell.yml'), 'sources: []\n')
    await page.evaluate(() => Reflect.get(window, 'mailbell').desktop.removeAppData()).catch(() => undefined)
    await app.exited
    expect(await readFile(join(machine.dataDir, 'mailbell.yml'), 'utf8').catch(() => 'removed')).toBe('sources: []\n')
  })

  test.runIf(on('darwin'))('are removed, and never those that an earlier version of a server has in the same folder', async () => {
    const names = ['mailbell.yml', 'counts.sqlite', 'pop3', 'oauth']
    for (const name of names) await mkdir(join(machine.userDataDir, name), { recursive: true })
    const app = await machine.startStandIn()
    const page = await app.page()
    await countIs(app, 2)
    await page.evaluate(() => Reflect.get(window, 'mailbell').desktop.removeAppData()).catch(() => undefined)
    await app.exited
    const left = await readdir(machine.userDataDir)
    expect(left).toEqual(expect.arrayContaining(names))
    expect(left).not.toContain('settings.json')
  })

  /** The folder of the Start menu, in which each shortcut has the app id and class of its program. */
  const menu = (): string => join(machine.configDir, 'Microsoft/Windows/Start Menu/Programs')

  test.runIf(on('win32'))('have one app id and class for notifications in every run, and others in development', async () => {
    const run = async (options: object, shortcut: string) => {
      const app = await machine.startStandIn(options)
      // By then the app has registered itself.
      await countIs(app, 2)
      const { registered } = await app.shown()
      await app.quit()
      await app.exited
      return { ...registered, ...JSON.parse(await readFile(join(menu(), shortcut), 'utf8')) }
    }
    const installed = await run({ packaged: true }, 'Mailbell.lnk')
    expect(installed.classes).toEqual([`HKCU\\Software\\Classes\\CLSID\\${installed.activator}`])
    // As an update of the app does, whose installer writes a shortcut without a class.
    await rm(join(menu(), 'Mailbell.lnk'))
    expect(await run({ packaged: true }, 'Mailbell.lnk')).toEqual(installed)
    const bare = await run({}, 'Electron.lnk')
    expect(bare.appId).not.toBe(installed.appId)
    expect(bare.classes).toEqual([...installed.classes, expect.not.stringContaining(installed.activator)])
  })

  test.runIf(on('win32'))('of the portable program include its shortcut and its class, and no handler of links', async () => {
    const app = await machine.startStandIn({ packaged: true, env: { PORTABLE_EXECUTABLE_FILE: 'E:\\Mailbell.exe' } })
    const page = await app.page()
    await countIs(app, 2)
    const { registered } = await app.shown()
    expect(registered).toMatchObject({ schemes: [], classes: [expect.any(String)] })
    const shortcut = join(menu(), 'Mailbell.lnk')
    const { files } = await page.evaluate(() => Reflect.get(window, 'mailbell').desktop.listAppFiles())
    expect(files).toEqual(expect.arrayContaining([shortcut, ...registered.classes]))
    await page.evaluate(() => Reflect.get(window, 'mailbell').desktop.removeAppData()).catch(() => undefined)
    await app.exited
    expect(await isThere(shortcut)).toBe(false)
    expect(JSON.parse(await readFile(join(machine.home, 'registry.json'), 'utf8')).classes).toEqual([])
  })
})
