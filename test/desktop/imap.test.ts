import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DovecotServer, startDovecot } from '../helpers/imap/dovecot.ts'
import { connectImap, rawMessage } from '../helpers/imap/imap-client.ts'
import { needs } from '../helpers/parts.ts'
import { until } from '../helpers/until.ts'
import { createMachine, hasKeyring, hasScreen, type Machine } from './app/machine.ts'
import { useScreen } from './app/screen.ts'
import { countIs } from './app/shown-count.ts'

const openScreen = useScreen()

/** A provider whose mailboxes are on this machine, so that no other host is contacted: Proton Mail, with its Bridge. */
const ADDRESS = 'kim@proton.me'
/** A login with its count; a rejected one is answered late on purpose. */
async function fillIn(page: Page, port: number, password: string): Promise<void> {
  await page.getByRole('button', { name: 'Add account' }).click()
  await page.getByLabel('Email address').fill(ADDRESS)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('IMAP at 127.0.0.1, port 1143, STARTTLS').waitFor()
  await page.getByLabel('App password').fill(password)
  await page.getByText('Server settings').click()
  await page.getByLabel('Port').fill(String(port))
}

describe.runIf(hasScreen && needs('dovecot'))('an IMAP account', () => {
  let machine: Machine
  let dovecot: DovecotServer
  beforeEach(async () => {
    machine = await createMachine(openScreen)
    dovecot = await startDovecot()
  })
  afterEach(async () => {
    await machine.close()
    await dovecot.close()
  })

  async function deliver(subject: string): Promise<void> {
    const client = await connectImap({ port: dovecot.port, user: ADDRESS, password: dovecot.password })
    await client.append('INBOX', rawMessage('From: Lee <lee@example.org>', `Subject: ${subject}`))
    client.close()
  }

  const readKept = (name: string): Promise<string> => readFile(join(machine.userDataDir, name), 'utf8').catch(() => '')

  test.runIf(hasKeyring)(
    'is tried from the form, added with the right password, counted, stored across a restart, and removed with its secret',
    async () => {
      await deliver('first')
      const app = await machine.start()
      const page = await app.page()
      await fillIn(page, dovecot.port, 'wrong')
      await page.getByRole('button', { name: 'Test and add' }).click()
      await page.getByText('It isn’t signed by an authority that this computer trusts.').waitFor()
      expect(await page.locator('.fingerprint').innerText()).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/)
      await page.getByRole('button', { name: 'It matches' }).click()
      await page.getByText('The username or password was rejected.').waitFor()
      expect(await page.locator('.try-steps .failed').innerText()).toContain('Sign in')
      expect(await page.getByLabel('Port').inputValue()).toBe(String(dovecot.port))
      expect((await readKept('settings.json')) + (await readKept('secrets.json'))).not.toContain(ADDRESS)

      await page.getByLabel('App password').fill(dovecot.password)
      await page.getByRole('button', { name: 'Test and add' }).click()
      await page.getByText(ADDRESS).first().waitFor()
      await countIs(app, 1)
      expect(await page.getByText('Deliver a test email').count()).toBe(0)
      await deliver('second')
      await countIs(app, 2)
      await until(async () => (await app.shown()).notifications.length === 1)
      expect((await app.shown()).notifications[0]).toMatchObject({ title: 'Lee', body: 'second' })
      await page.getByRole('button', { name: `More actions for ${ADDRESS}` }).click()
      await page.getByRole('menuitem', { name: 'Rename' }).click()
      await page.getByLabel('Account name', { exact: true }).fill('업무')
      await page.keyboard.press('Enter')
      await until(async () => (await app.shown()).trays[0]?.tooltip?.includes('업무: 2 unread') === true)
      await app.quit()
      expect(await readKept('settings.json')).toMatch(/"account": "kim@proton\.me"[^}]*"pin": "[0-9a-f]{64}"/s)
      expect((await readKept('settings.json')) + (await readKept('secrets.json'))).not.toContain(dovecot.password)

      const again = await machine.start()
      const next = await again.page()
      await countIs(again, 2)
      expect((await again.shown()).notifications).toEqual([])
      await next.locator('.account .name').getByText('업무').waitFor()
      await next.getByRole('button', { name: 'Settings' }).click()
      await next.getByRole('button', { name: 'Remove 업무' }).click()
      await next.getByRole('button', { name: 'Remove', exact: true }).click()
      await next.getByText(ADDRESS).first().waitFor({ state: 'detached' })
      expect(JSON.parse(await readKept('secrets.json'))).toEqual({})
      expect(await readKept('settings.json')).not.toContain(ADDRESS)
    },
    90_000,
  )

  test('can be prepared at its provider: its links open in the browser, and no other URL does', async () => {
    const app = await machine.start()
    const page = await app.page()
    const open = (url: string): Promise<unknown> =>
      page.evaluate((address) => Reflect.get(window, 'mailbell').desktop.openUrl(address), url)
    expect(await open('https://proton.me/mail/bridge')).toMatchObject({ ok: false })
    await fillIn(page, dovecot.port, 'x')
    await page.getByRole('button', { name: 'Open in browser' }).first().click()
    await until(async () => (await app.shown()).openedLinks.length === 1)
    for (const url of ['https://proton.me/', 'file:///etc/passwd', 'javascript:1']) expect(await open(url)).toMatchObject({ ok: false })
    expect((await app.shown()).openedLinks).toEqual(['https://proton.me/mail/bridge'])
  })

  test('is not added while its server is unreachable, and the error is shown', async () => {
    await dovecot.stop()
    const page = await (await machine.start()).page()
    await fillIn(page, dovecot.port, dovecot.password)
    await page.getByRole('button', { name: 'Test and add' }).click()
    await page.getByText('Can’t reach the server. Check the host and port.').waitFor()
    expect(await page.locator('.try-steps .failed').innerText()).toContain('Connect')
    expect(await page.getByLabel('App password').inputValue()).toBe(dovecot.password)
  })
})
