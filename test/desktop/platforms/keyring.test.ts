/** Keyrings that are not what their desktop's name promises, or that wait for the user. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TestServer } from '../../helpers/server.ts'
import { until } from '../../helpers/until.ts'
import { hasScreen, type Machine, onElectron } from '../app/machine.ts'
import { on, platform } from '../app/platform.ts'
import { useScreen } from '../app/screen.ts'
import { countIs } from '../app/shown-count.ts'
import { closeAll, machineAndTeam } from '../app/team.ts'

const openScreen = useScreen()

const GNOME = { XDG_CURRENT_DESKTOP: 'ubuntu:GNOME' }
const SWAY = { XDG_CURRENT_DESKTOP: 'sway' }

describe.runIf(hasScreen && !onElectron)(`a keyring on ${platform}`, () => {
  let machine: Machine
  let remote: TestServer
  beforeEach(async () => {
    ;({ machine, remote } = await machineAndTeam(openScreen))
  })
  afterEach(() => closeAll(machine, remote))

  const connect = async (page: Page): Promise<void> =>
    expect(await page.evaluate((url) => Reflect.get(window, 'mailbell').connectServer({ url, token: 'reader' }), remote.url)).toEqual({
      ok: true,
    })
  const secretsFile = (): Promise<string> => readFile(join(machine.userDataDir, 'secrets.json'), 'utf8').catch(() => '')

  test.runIf(on('linux'))('is not believed by the name of the desktop: a fixed password is none', async () => {
    const app = await machine.startStandIn({ keyring: 'none', env: GNOME })
    const page = await app.page()
    await page.getByText('This system has no keyring.').waitFor()
    await connect(page)
    await countIs(app, 7)
    expect(await secretsFile()).not.toContain('server:')
  })

  test.runIf(on('linux'))('is used on a desktop that is not known to have one', async () => {
    const app = await machine.startStandIn({ env: SWAY })
    const page = await app.page()
    await countIs(app, 2)
    await connect(page)
    await countIs(app, 7)
    expect(await page.getByText('This system has no keyring.').count()).toBe(0)
    await app.quit()
    await app.exited
    expect(await secretsFile()).toContain('server:')
    await countIs(await machine.startStandIn({ env: SWAY }), 7)
  })

  test('stores a token across a restart', async () => {
    const app = await machine.startStandIn()
    await connect(await app.page())
    await countIs(app, 7)
    await app.quit()
    await app.exited
    expect(await secretsFile()).not.toContain('reader')
    await countIs(await machine.startStandIn({ hidden: true }), 7)
  })

  test.skipIf(on('win32'))('that waits for the user delays neither tray nor window', async () => {
    const app = await machine.startStandIn({ keyring: 'waits' })
    const page = await app.page()
    await page.getByText('Mailbell').first().waitFor()
    await until(async () => (await app.shown()).trays.length === 1)
    await page.getByText('Your keyring has not answered yet.').waitFor()
    await app.answerKeyring('unlock')
    await countIs(app, 2)
    await connect(page)
    await countIs(app, 7)
    expect(await secretsFile()).toContain('server:')
  })

  test.runIf(on('linux'))('that the user does not unlock is none', async () => {
    const app = await machine.startStandIn({ keyring: 'waits', env: GNOME })
    await app.answerKeyring('dismiss')
    await (await app.page()).getByText('This system has no keyring.').waitFor()
  })
})
