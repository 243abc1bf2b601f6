/** Accounts that are added, changed and removed in the page of a server that was started without a config, with a real mail server. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sha256Of } from '../../server/auth/tokens.ts'
import { launchBrowser } from '../helpers/web/browser.ts'
import { serveCommand, type ServedCommand } from '../helpers/cli.ts'
import { type DovecotServer, startDovecot } from '../helpers/imap/dovecot.ts'
import { connectImap, rawMessage } from '../helpers/imap/imap-client.ts'
import { browserName, needs } from '../helpers/parts.ts'
import { canMakeReadOnly, makeReadOnly } from '../helpers/programs/read-only.ts'
import { until } from '../helpers/until.ts'

const KIM = 'kim@mailbell.test'
const PRELOAD = fileURLToPath(new URL('../helpers/web/srv-preload.ts', import.meta.url))

describe.runIf(needs(browserName) && needs('dovecot') && needs('openssl'))('the page of a server without a config', () => {
  let dovecot: DovecotServer
  let browser: Browser
  let context: BrowserContext
  let server: ServedCommand
  let folder: string
  let page: Page
  beforeAll(async () => {
    dovecot = await startDovecot({})
    browser = await launchBrowser()
    const client = await connectImap({ port: dovecot.port, user: KIM, password: dovecot.password })
    await client.append('INBOX', rawMessage('Subject: one'))
    await client.append('INBOX', rawMessage('Subject: two'))
    await client.append('INBOX', rawMessage('Subject: three'))
    client.close()
  })
  afterAll(async () => {
    await browser.close()
    await dovecot.close()
  })
  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 420, height: 640 }, locale: 'en-US' })
    folder = mkdtempSync(join(tmpdir(), 'mailbell-page-'))
    writeFileSync(join(folder, 'ca.pem'), dovecot.ca)
  })
  afterEach(async () => {
    await context.close()
    await server.end()
    rmSync(folder, { recursive: true, force: true })
  })

  /** As `npm start` serves the page where Electron cannot run. */
  async function serve(env: Readonly<Record<string, string>> = {}, port = '0'): Promise<void> {
    server = await serveCommand(['--port', port], {
      MAILBELL_DATA_DIR: folder,
      MAILBELL_CONFIG: '',
      MAIL_PORT: String(dovecot.tlsPort),
      NODE_OPTIONS: `--import ${PRELOAD}`,
      ...env,
    })
  }
  const trusting = () => ({ NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') })
  async function open(link = /Mailbell is at (\S+)/.exec(server.stdout())?.[1] ?? ''): Promise<Page> {
    const opened = await context.newPage()
    opened.setDefaultTimeout(20_000)
    await opened.goto(link)
    return opened
  }
  const shows = (title: string, on = page): Promise<boolean> => until(async () => (await on.title()) === title)
  const config = (): string => readFileSync(join(folder, 'mailbell.yml'), 'utf8')
  const press = (name: string, on = page): Promise<void> => on.getByRole('button', { name, exact: true }).click()

  /** The fields and clicks of a person. */
  async function fillIn(password = dovecot.password): Promise<number> {
    const steps = [
      () => press('Add account'),
      () => page.getByLabel('Email address').fill(KIM),
      () => press('Continue'),
      () => page.getByLabel('Password', { exact: true }).fill(password),
      () => press('Test and add'),
    ]
    for (const step of steps) await step()
    return steps.length
  }

  test('counts an account of their own after at most six fields and clicks', async () => {
    await serve(trusting())
    page = await open()
    await shows('(2) Mailbell')
    expect(await fillIn()).toBeLessThanOrEqual(6)
    await shows('(3) Mailbell')
    await page.locator('.account').getByText(KIM).waitFor()
    expect(await page.getByText('Deliver a test email').count()).toBe(0)
    expect(config()).toContain(`account: ${KIM}`)
    await page.reload()
    await shows('(3) Mailbell')
  })

  test('sees what is wrong with a password, corrects it, and removes the account again', async () => {
    await serve(trusting())
    page = await open()
    await fillIn('wrong')
    await page.getByRole('alert').getByText('The username or password was rejected.').waitFor()
    await page.getByLabel('Password', { exact: true }).fill(dovecot.password)
    await press('Test and add')
    await shows('(3) Mailbell')
    await press('Settings')
    await page.getByText('The server stores accounts in').waitFor()
    await press(`Remove ${KIM}`)
    await page.getByText('Remove this account from the server?').waitFor()
    await page.getByRole('button', { name: 'Remove', exact: true }).last().click()
    await until(() => !config().includes(KIM))
    await press('Back')
    await page.getByText('No accounts yet').waitFor()
  })

  test('renames an account in one tab, which another shows; a config that cannot be written leaves all as it was', async () => {
    await serve(trusting())
    page = await open()
    await shows('(2) Mailbell')
    await fillIn()
    await shows('(3) Mailbell')
    const other = await open(`${server.url}/`)
    await shows('(3) Mailbell', other)
    // A tab in the background renders once a second.
    await page.bringToFront()
    const rename = async (name: string, label: string): Promise<void> => {
      await page.getByRole('button', { name: `More actions for ${name}` }).click()
      await page.getByRole('menuitem', { name: 'Rename' }).click()
      await page.getByLabel('Account name', { exact: true }).fill(label)
      await page.keyboard.press('Enter')
    }
    await rename(KIM, '업무')
    await other.locator('.account .name').getByText('업무', { exact: true }).waitFor()
    expect(config()).toMatch(/account: kim@mailbell.test\n {4}label: 업무\n/)
    await shows('(3) Mailbell', other)
    await rename('업무', '')
    await other.locator('.account .name').getByText(KIM, { exact: true }).waitFor()
    expect(config()).not.toContain('label')
    if (!canMakeReadOnly()) return
    const before = config()
    const end = makeReadOnly(folder)
    const sentence = 'The server can’t write its configuration. Nothing was changed.'
    try {
      await rename(KIM, 'Work')
      await page.getByRole('alert').getByText(sentence).waitFor()
      expect(await page.getByLabel('Account name', { exact: true }).inputValue()).toBe('Work')
      await page.keyboard.press('Escape')
      await press('Settings')
      await press(`Remove ${KIM}`)
      await page.getByRole('button', { name: 'Remove', exact: true }).last().click()
      await page.getByRole('alert').getByText(sentence).waitFor()
      await press('Back')
      await press('Add account')
      await page.getByLabel('Email address').fill('new@mailbell.test')
      await press('Continue')
      await page.getByLabel('Password', { exact: true }).fill('typed')
      await press('Test and add')
      await page.getByRole('alert').getByText(sentence).waitFor()
      expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('typed')
    } finally {
      end()
    }
    expect(config()).toBe(before)
    await shows('(3) Mailbell')
  })

  test('compares an unknown certificate, and accepts it', async () => {
    await serve()
    page = await open()
    await fillIn()
    await page.getByText('isn’t trusted').waitFor()
    expect(await page.locator('.fingerprint').innerText()).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/)
    await press('It matches: trust this certificate')
    await shows('(3) Mailbell')
    expect(config()).toMatch(/pin: [0-9a-f]{64}/)
  })

  test('adds in one tab what another tab shows and can sign in to again', async () => {
    await serve(trusting())
    page = await open()
    await shows('(2) Mailbell')
    const other = await open(`${server.url}/`)
    await shows('(2) Mailbell', other)
    await page.bringToFront()
    await fillIn()
    await shows('(3) Mailbell', other)
    await other.bringToFront()
    await other.getByRole('button', { name: `More actions for ${KIM}` }).click()
    await other.getByText('Sign in again', { exact: true }).click()
    await other.getByLabel('Password', { exact: true }).fill(dovecot.password)
    await press('Sign in', other)
    await shows('(3) Mailbell', other)
  })

  test('learns that the server restarts in the middle of a try, and tries again with what was typed', async () => {
    // The first connection gets no answer, and keeps the try waiting.
    let connections = 0
    const silent = createServer((socket) => {
      connections += 1
      socket.on('error', () => undefined)
      if (connections > 1) socket.pipe(connect(dovecot.tlsPort, '127.0.0.1').on('error', () => undefined)).pipe(socket)
    })
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    const env = { ...trusting(), MAIL_PORT: String((silent.address() as AddressInfo).port) }
    writeFileSync(
      join(folder, 'mailbell.yml'),
      `tokens:\n  - { name: boss, hash: "sha256:${sha256Of('boss')}", scope: [read, manage], accounts: "*" }\n`,
    )
    try {
      await serve(env)
      page = await open(`${server.url}/#token=boss`)
      await fillIn()
      await page.locator('.try-steps').waitFor()
      await until(() => connections > 0)
      await server.end()
      await page.getByRole('alert').getByText('The server is restarting').waitFor()
      expect(config()).not.toContain(KIM)
      await serve(env, new URL(server.url).port)
      await press('Test and add')
      await shows('(3) Mailbell')
      expect(config()).toContain(KIM)
    } finally {
      silent.close()
    }
  })

  test('with a token that only reads sees no button to change accounts', async () => {
    const hash = sha256Of('reader')
    const source = `{ type: imap, account: ${KIM}, host: 127.0.0.1, port: ${dovecot.port}, security: none, user: ${KIM}, password: { env: PASS } }`
    writeFileSync(
      join(folder, 'mailbell.yml'),
      `sources:\n  - ${source}\ntokens:\n  - { name: reader, hash: "sha256:${hash}", accounts: "*" }\n`,
    )
    await serve({ PASS: dovecot.password })
    page = await open(`${server.url}/#token=reader`)
    await shows('(3) Mailbell')
    await page.locator('.account').getByText(KIM).waitFor()
    expect(await page.locator('#open-add').count()).toBe(0)
    await page.getByRole('button', { name: `More actions for ${KIM}` }).click()
    expect(await page.getByText(/Sign in again|Rename/).count()).toBe(0)
    await page.keyboard.press('Escape')
    await press('Settings')
    expect(await page.getByRole('button', { name: /Remove|Rename/ }).count()).toBe(0)
    expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toContain('Notifications')
  })
})
