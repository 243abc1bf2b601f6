/** Systems without a keyring: tokens live until the app quits, or are sealed with a passphrase. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TestServer } from '../../helpers/server.ts'
import { until } from '../../helpers/until.ts'
import { hasScreen, type Machine, onElectron } from '../app/machine.ts'
import { on } from '../app/platform.ts'
import { useScreen } from '../app/screen.ts'
import { restart } from '../app/settings-page.ts'
import { countIs, countOf } from '../app/shown-count.ts'
import { closeAll, machineAndTeam } from '../app/team.ts'

const openScreen = useScreen()

const PASSPHRASE = 'open sesame, please'

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
