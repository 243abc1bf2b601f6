/** The page on another machine than the server: its browser reaches the server by a name, and no loopback address of the server. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createWords, type Words } from '../../common/words/words.ts'
import { sha256Of } from '../../server/auth/tokens.ts'
import { serveCommand, type ServedCommand } from '../helpers/cli.ts'
import { type DovecotServer, startDovecot } from '../helpers/imap/dovecot.ts'
import { connectImap, rawMessage } from '../helpers/imap/imap-client.ts'
import { needs } from '../helpers/parts.ts'
import { temporaryFolder, type TemporaryFolder } from '../helpers/tmp.ts'
import { launchBrowser } from '../helpers/web/chromium.ts'
import { type AuthorizationServer, CLIENT, namingIssuer, SECRET_CLIENT, signInAs, startAuthorizationServer } from '../helpers/web/oidc.ts'
import { showsCount } from './pages.ts'

const KIM = 'kim@example.org'
const HOST = 'mailbell.test'
const PRELOAD = fileURLToPath(new URL('../helpers/web/provider-preload.ts', import.meta.url))
/** Names that lead to the server's machine; its loopback addresses do not. */
const RULES = [`MAP ${HOST} 127.0.0.1`, 'MAP authority.test 127.0.0.1', 'MAP 127.0.0.1 ~NOTFOUND', 'MAP localhost ~NOTFOUND']
/** Time to decline the first code; the second one expires. */
const CODE_SECONDS = 5

describe.runIf(needs('chromium') && needs('dovecot') && needs('openssl'))('a page on another machine signs in with the browser', () => {
  let authority: AuthorizationServer
  let dovecot: DovecotServer
  let browser: Browser
  let folder: TemporaryFolder
  let server: ServedCommand
  let words: Words
  let page: Page
  beforeAll(async () => {
    authority = await startAuthorizationServer()
    dovecot = await startDovecot({ introspection: authority.introspection })
    const client = await connectImap({ port: dovecot.port, user: KIM, password: dovecot.password })
    await client.append('INBOX', rawMessage('Subject: one'))
    client.close()
    browser = await launchBrowser([`--host-resolver-rules=${RULES.join(',')}`])
  })
  afterAll(async () => {
    await browser.close()
    await dovecot.close()
    await authority.stop()
  })
  beforeEach(async () => {
    folder = await temporaryFolder()
    await writeFile(join(folder.path, 'ca.pem'), dovecot.ca)
    const token = `{ name: boss, hash: "sha256:${sha256Of('boss')}", scope: [read, manage], accounts: "*" }`
    await writeFile(join(folder.path, 'mailbell.yml'), `server: { port: 0, allowedHosts: [${HOST}] }\ntokens:\n  - ${token}\n`)
  })
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
    await server.end()
    await folder.remove()
  })

  /** Opens the page, in which discovery finds the mail server for a provider. */
  async function open(provider: 'google' | 'microsoft', language: 'en' | 'ko', issuer = authority.issuer): Promise<void> {
    words = createWords(language)
    server = await serveCommand(['--config', join(folder.path, 'mailbell.yml')], {
      MAILBELL_DATA_DIR: folder.path,
      NODE_EXTRA_CA_CERTS: join(folder.path, 'ca.pem'),
      AUTHORITY: issuer,
      NODE_OPTIONS: `--import ${PRELOAD}`,
    })
    const context = await browser.newContext({ viewport: { width: 420, height: 640 }, locale: language === 'en' ? 'en-US' : 'ko-KR' })
    const place = { protocol: 'imap', host: 'localhost', port: dovecot.tlsPort, security: 'tls', user: KIM }
    const found = { ...place, signIn: [provider], origins: ['table'], mustConfirm: false }
    await context.route('**/v1/manage/find', (route) => route.fulfill({ json: { address: KIM, candidates: [found], provider: null } }))
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    await page.goto(`http://${HOST}:${new URL(server.url).port}/#token=boss`)
  }
  const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click()
  const alert = (code: 'sign-in-denied' | 'cancelled'): Promise<void> => page.getByRole('alert').getByText(words.error({ code })).waitFor()
  const isIdle = (): Promise<void> => page.locator('form[aria-busy=false]').waitFor()

  async function add(provider: 'google' | 'microsoft'): Promise<void> {
    await press(words.t('addAccount'))
    await page.getByLabel(words.t('address')).fill(KIM)
    await press(words.t('continue'))
    await page.locator('#field-clientId').fill(provider === 'google' ? SECRET_CLIENT.id : CLIENT)
    if (provider === 'google') await page.locator('#field-clientSecret').fill(SECRET_CLIENT.secret)
    await press(words.t('signInByBrowser'))
  }

  /** Signs in at the provider in a tab of its own, and returns the address that the tab cannot open. */
  async function visit(
    choice: 'sign in' | 'decline',
    provider = 'https://accounts.google.com',
    issuer = authority.issuer,
  ): Promise<string> {
    const link = page.getByRole('link', { name: words.t('signInByBrowser') })
    expect(await link.getAttribute('target')).toBe('_blank')
    const { origin, search } = new URL((await link.getAttribute('href')) ?? '')
    expect(origin).toBe(provider)
    await page.context().clearCookies()
    const tab = await page.context().newPage()
    await tab.goto(`http://authority.test:${new URL(issuer).port}/auth${search}`)
    const failed = tab.waitForEvent('requestfailed', (request) => /^http:\/\/(?:127\.0\.0\.1|localhost):/.test(request.url()))
    if (choice === 'decline') await tab.getByRole('link', { name: /Cancel/ }).click()
    else {
      await tab.locator('input[name=login]').fill(KIM)
      await tab.locator('input[name=password]').fill('any')
      await tab.locator('button[type=submit]').click()
      await tab.getByRole('button', { name: 'Continue' }).click()
    }
    const address = namingIssuer((await failed).url(), 'https://accounts.google.com')
    await tab.close()
    return address
  }
  async function paste(address: string): Promise<void> {
    await page.getByLabel(words.t('redirectAddress')).fill(address)
    await page.locator('.paste-address button').click()
  }

  test('with the address that the browser shows, and later again (en)', async () => {
    await open('google', 'en')
    await add('google')
    await page.getByText(words.t('redirectStep', { start: '' }).split('.', 1)[0] ?? '').waitFor()
    const address = await visit('sign in')
    expect(new URL(address).hostname).toBe('127.0.0.1')
    await paste(`http://${HOST}/`)
    await page.getByText(words.error({ code: 'wrong-address' })).waitFor()
    await paste(address)
    await showsCount(page, 1)
    await page.getByRole('button', { name: words.t('moreFor', { account: KIM }) }).click()
    await page.getByText(words.t('signInAgain'), { exact: true }).click()
    await press(words.t('signInByBrowser'))
    await paste(await visit('sign in'))
    await page.locator('#open-add').waitFor()
    await showsCount(page, 1)
  })

  test('with a code (ko)', async () => {
    await open('microsoft', 'ko')
    await add('microsoft')
    const code = await page.locator('.browser-wait code').innerText()
    const link = page.locator('.browser-wait ol:visible a')
    expect(await link.getAttribute('target')).toBe('_blank')
    await press(words.t('copyCode'))
    await page.getByText(words.t('copied')).waitFor()
    await signInAs(KIM, (await link.getAttribute('href')) ?? '', { code })
    await showsCount(page, 1)
  })

  test.each(['en', 'ko'] as const)('without the code, where an organization blocks codes (%s)', async (language) => {
    await open('microsoft', language)
    await add('microsoft')
    await press(words.t('codeFails'))
    await paste(await visit('sign in', 'https://login.microsoftonline.com'))
    await showsCount(page, 1)
  })

  test.each(['google', 'microsoft'] as const)('and goes on after the page is loaded again (%s)', async (provider) => {
    await open(provider, 'en')
    await add(provider)
    const wait = page.locator('.browser-wait')
    await wait.locator('ol:visible').waitFor()
    const before = await wait.innerText()
    await page.reload()
    expect(await wait.innerText()).toBe(before)
    if (provider === 'google') await paste(await visit('sign in'))
    else
      await signInAs(KIM, (await wait.locator('ol:visible a').getAttribute('href')) ?? '', { code: await wait.locator('code').innerText() })
    await showsCount(page, 1)
    await page.reload()
    await showsCount(page, 1)
  })

  test('unless the user declines, or cancels (en)', async () => {
    await open('google', 'en')
    await add('google')
    await paste(await visit('decline'))
    await alert('sign-in-denied')
    await press(words.t('signInByBrowser'))
    await page.locator('#field-redirect').waitFor()
    await press(words.t('cancel'))
    await alert('cancelled')
    await isIdle()
    expect(await page.locator('#field-redirect').count()).toBe(0)
  })

  test('unless the user declines the code, or the sign-in to which an expired code leads (ko)', async () => {
    const short = await startAuthorizationServer({ codeSeconds: CODE_SECONDS })
    try {
      await open('microsoft', 'ko', short.issuer)
      await add('microsoft')
      const code = await page.locator('.browser-wait code').innerText()
      const url = (await page.locator('.browser-wait ol:visible a').getAttribute('href')) ?? ''
      await signInAs(KIM, url, { code, declines: true })
      await alert('sign-in-denied')
      await press(words.t('signInByBrowser'))
      await page.locator('.browser-wait code').waitFor()
      await page.getByRole('status').getByText(words.t('codeHasEnded')).waitFor()
      await paste(await visit('decline', 'https://login.microsoftonline.com', short.issuer))
      await alert('sign-in-denied')
    } finally {
      await short.stop()
    }
  })
})
