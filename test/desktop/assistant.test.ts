/** From an address to a counted mailbox, and signing in again to one that rejects the login. */
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DovecotServer, startDovecot } from '../helpers/imap/dovecot.ts'
import { connectImap, rawMessage } from '../helpers/imap/imap-client.ts'
import { startOnlineAccounts } from '../helpers/desktop/online-accounts.ts'
import { needs } from '../helpers/parts.ts'
import { startSessionBus } from '../helpers/desktop/session-bus.ts'
import { imapAccount, preferencesText } from '../server/discovery/thunderbird/profile.ts'
import { createMachine, hasScreen, type Machine } from './app/machine.ts'
import { on } from './app/platform.ts'
import { useScreen } from './app/screen.ts'
import { countIs } from './app/shown-count.ts'

const openScreen = useScreen()

/** A provider whose mailboxes are on this machine, so that no other host is contacted: Proton Mail, with its Bridge. */
const ADDRESS = 'kim@proton.me'
const BRIDGE_PORT = 1143
/** A login with its count; a rejected one is answered late on purpose. */
const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

/** The steps of a user, one by one. */
function countSteps(page: Page) {
  const steps: string[] = []
  return {
    steps,
    async click(name: string): Promise<void> {
      steps.push(`click ${name}`)
      await page.getByRole('button', { name }).click()
    },
    async fill(label: string, text: string): Promise<void> {
      steps.push(`fill ${label}`)
      await page.getByLabel(label).fill(text)
    },
  }
}

describe.runIf(hasScreen && needs('dovecot') && (await isFree(BRIDGE_PORT)))('the assistant', () => {
  let machine: Machine
  let dovecot: DovecotServer
  beforeEach(async () => {
    machine = await createMachine(openScreen)
    dovecot = await startDovecot({ port: BRIDGE_PORT })
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

  async function add(page: Page): Promise<readonly string[]> {
    const { steps, click, fill } = countSteps(page)
    await click('Add account')
    await fill('Email address', ADDRESS)
    await click('Continue')
    await fill('App password', dovecot.password)
    await click('Test and add')
    await click('It matches: trust this certificate')
    return steps
  }

  test.runIf(on('linux') && needs('dbus-daemon'))('offers an account that the desktop is signed in to, and uses its token', async () => {
    const bus = await startSessionBus()
    const mail = { EmailAddress: 'kim@gmail.com', ImapHost: `localhost:${dovecot.port}`, ImapUserName: ADDRESS, ImapUseTls: true }
    const service = await startOnlineAccounts(bus.address, [
      { id: 'a', identity: 'kim@gmail.com', mail, token: () => 'no token of this server' },
    ])
    try {
      const page = await (await machine.start({ env: bus.env })).page()
      const { click } = countSteps(page)
      await click('Add account')
      await click('kim@gmail.com')
      await page.getByText('No password is needed.').waitFor()
      await click('Test and add')
      await click('It matches: trust this certificate')
      await page.locator('.error').waitFor()
      // This server takes passwords only, which is known once the token is there.
      expect(service.asked.length).toBeGreaterThan(0)
    } finally {
      await service.close()
      await bus.close()
    }
  })

  test.runIf(on('linux'))('leads from an account of Thunderbird to a counted mailbox without typing a server', async () => {
    const profile = join(machine.home, '.thunderbird', 'p')
    await mkdir(profile, { recursive: true })
    await writeFile(join(profile, '..', 'profiles.ini'), '[Profile0]\nIsRelative=1\nPath=p\n')
    const account = imapAccount(1, { hostname: '127.0.0.1', port: dovecot.port, socketType: 2, userName: ADDRESS }, ADDRESS)
    await writeFile(join(profile, 'prefs.js'), preferencesText({ 'mail.accountmanager.accounts': 'account1', ...account }))
    await deliver('one')
    const app = await machine.start()
    const { steps, click, fill } = countSteps(await app.page())
    await click('Add account')
    await click(ADDRESS)
    await fill('App password', dovecot.password)
    await click('Test and add')
    await click('It matches: trust this certificate')
    await countIs(app, 1)
    expect(steps).toHaveLength(5)
  })

  test('leads from an address to a counted mailbox in six steps, with a self-signed certificate and the password', async () => {
    await deliver('first')
    const app = await machine.start()
    const page = await app.page()
    const steps = await add(page)
    await countIs(app, 1)
    await page.getByText(ADDRESS).first().waitFor()
    expect(steps).toHaveLength(6)
    await deliver('second')
    await countIs(app, 2)
  }, 60_000)

  test('signs in again after a new certificate and a new password, and replaces the stored account only once that works', async () => {
    await deliver('first')
    const app = await machine.start()
    const page = await app.page()
    await add(page)
    await countIs(app, 1)

    const old = dovecot.password
    await dovecot.close()
    dovecot = await startDovecot({ port: BRIDGE_PORT })
    await deliver('after the change')
    await deliver('and one more')
    await page.getByRole('button', { name: 'Check now' }).click()
    await page.getByText('Settings need a check').waitFor()

    await page.getByRole('button', { name: `Sign in again to ${ADDRESS}` }).click()
    await page.getByText(`IMAP at 127.0.0.1, port ${BRIDGE_PORT}, STARTTLS`).waitFor()
    await page.getByLabel('Password').fill(old)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByText('It isn’t the one you accepted.').waitFor()
    await page.getByRole('button', { name: 'It matches' }).click()
    await page.getByText('The username or password was rejected.').waitFor()
    expect(await page.locator('.try-steps .failed').innerText()).toContain('Sign in')
    await page.getByLabel('Password').fill(dovecot.password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByText('and one more').waitFor()
    await countIs(app, 2)
    expect(await page.getByRole('button', { name: /Sign in again/ }).count()).toBe(0)
  }, 90_000)
})
