/** What Mailbell leaves on each platform, and *Remove all data* removes. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createMachine, hasScreen, type Machine, onElectron } from '../machine.ts'
import { on, platform } from '../platform.ts'
import { useScreen } from '../screen.ts'
import { isThere, settingsOf } from '../settings-page.ts'
import { countIs } from '../shown-count.ts'

const openScreen = useScreen()

describe.runIf(hasScreen && !onElectron)(`the files of the app on ${platform}`, () => {
  let machine: Machine
  beforeEach(async () => {
    machine = await createMachine(openScreen)
  })
  afterEach(() => machine.close())

  test('are listed and removed, and the app exits', async () => {
    const app = await machine.startStandIn()
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
})
