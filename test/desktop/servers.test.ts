import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { put, type TestServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { hasKeyring, hasScreen, type Machine } from './app/machine.ts'
import { closeAll, machineAndTeam } from './app/team.ts'
import { useScreen } from './app/screen.ts'
import { countIs } from './app/shown-count.ts'

const openScreen = useScreen()

async function connect(page: Page, url: string, token: string): Promise<void> {
  await page.getByRole('button', { name: 'Connect to server' }).click()
  await page.getByLabel('Server address').fill(url)
  await page.getByLabel('Token').fill(token)
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
}

describe.runIf(hasScreen)('a remote server', () => {
  let machine: Machine
  let remote: TestServer
  beforeEach(async () => {
    ;({ machine, remote } = await machineAndTeam(openScreen))
  })
  afterEach(() => closeAll(machine, remote))

  test.runIf(hasKeyring)('is connected by its address and token, replaces the demo, and is stored across a restart', async () => {
    const app = await machine.start()
    const page = await app.page()
    await connect(page, remote.url, 'reader')
    await page.getByText('alice').first().waitFor()
    await countIs(app, 7)
    expect(await page.getByText('Deliver a test email').count()).toBe(0)

    await put(remote.port, 'alice', 8)
    await countIs(app, 8)
    await until(async () => (await app.shown()).notifications.length === 1)

    await app.quit()
    const settings = await readFile(join(machine.userDataDir, 'settings.json'), 'utf8')
    expect(settings).toContain(remote.url)
    const secrets = await readFile(join(machine.userDataDir, 'secrets.json'), 'utf8')
    expect(settings + secrets).not.toContain('reader')

    const again = await machine.start()
    await countIs(again, 8)
  })

  test('is not stored with a wrong token; the same form then accepts the right one', async () => {
    const app = await machine.start()
    const page = await app.page()
    await connect(page, remote.url, 'wrong')
    await page.getByText('The server rejected the token.').waitFor()
    await page.getByLabel('Token').fill('reader')
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await page.getByText('alice').first().waitFor()
  })

  test('is distinguished from an address without a server', async () => {
    const app = await machine.start()
    const { url } = remote
    await remote.close()
    const page = await app.page()
    await connect(page, url, 'reader')
    await page.getByText('Can’t reach the server').waitFor()
  })

  test('is not contacted over plain http beyond this machine', async () => {
    const app = await machine.start()
    const page = await app.page()
    await connect(page, 'http://mail.example.org', 'reader')
    await page.getByText('Plain http:// works only').waitFor()
  })

  test.runIf(hasKeyring)('is removed with its token', async () => {
    const app = await machine.start()
    const page = await app.page()
    await connect(page, remote.url, 'reader')
    await countIs(app, 7)
    const before = JSON.parse(await readFile(join(machine.userDataDir, 'secrets.json'), 'utf8'))
    expect(Object.keys(before)).toEqual([`server:${remote.url}`])
    expect(await page.evaluate((id) => Reflect.get(window, 'mailbell').disconnectServer(id), remote.url)).toEqual({ ok: true })
    await countIs(app, 2)
    expect(JSON.parse(await readFile(join(machine.userDataDir, 'secrets.json'), 'utf8'))).toEqual({})
  })
})
