/** Links that sign the page in, in a real browser. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sha256Of, type TokenConfig } from '../../server/auth/tokens.ts'
import { isFirefox, type OpenBrowser, openBrowser } from '../helpers/web/browser.ts'
import { openProfile } from '../helpers/web/chromium.ts'
import { browserName, needs } from '../helpers/parts.ts'
import { put, send, startServer, type TestServer } from '../helpers/server.ts'
import { temporaryFolder } from '../helpers/tmp.ts'
import { until } from '../helpers/until.ts'

const DESK = 'secret-of-the-desk'
const PHONE = 'secret-of-the-phone'
const BLIND = 'secret-of-the-feeder'
const pageDir = fileURLToPath(new URL('../../dist/renderer', import.meta.url))
const tokenOf = (name: string, secret: string, accounts: readonly string[] | '*'): TokenConfig => ({
  name,
  sha256: sha256Of(secret),
  scopes: ['read', 'act'],
  accounts,
})
const ALL: TokenConfig[] = [
  tokenOf('desk', DESK, '*'),
  tokenOf('phone', PHONE, ['alice']),
  { name: 'feeder', sha256: sha256Of(BLIND), scopes: ['collect'], accounts: '*' },
  { name: 'pusher', sha256: sha256Of('feeder'), scopes: ['collect'], accounts: '*' },
]

describe.runIf(needs(browserName))('a link that signs in', () => {
  let server: TestServer
  let browser: OpenBrowser
  let page: Page
  beforeAll(async () => {
    browser = await openBrowser({ viewport: { width: 380, height: 560 }, locale: 'en-US' })
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    server = await startServer({ http: { pageDir }, config: { tokens: ALL } })
    await put(server.port, 'alice', 3)
    await put(server.port, 'bob', 4)
  })
  afterEach(async () => {
    await page.close()
    await server.close()
  })

  const codeOf = async (token: string): Promise<string> => String((await send(server.port, 'POST', '/v1/codes', { token })).json()['code'])
  const linkOf = async (token: string): Promise<string> => `${server.url}/#code=${await codeOf(token)}`
  async function open(url: string): Promise<void> {
    page = await browser.context.newPage()
    await page.goto(url)
  }
  /** The number of the desk is 7, that of the phone 3. */
  const shows = (unread: number) => until(async () => (await page.title()) === `(${unread}) Mailbell`)
  const stored = (): Promise<string | null> => page.evaluate(() => localStorage.getItem('mailbell / token'))
  const question = () => page.getByRole('heading', { name: 'Replace the sign-in of this page?' })
  async function signedInAsDesk(): Promise<void> {
    await open(await linkOf(DESK))
    await shows(7)
  }
  /** As a link on any page does. */
  const follow = (link: string): Promise<unknown> => page.evaluate((to) => location.assign(to), link)

  test('signs in once, and leaves neither in the address nor in the storage of the code', async () => {
    const link = await linkOf(DESK)
    await open(link)
    await shows(7)
    expect(page.url()).toBe(`${server.url}/`)
    expect(await stored()).toBe(DESK)
    await page.evaluate(() => localStorage.clear())
    await page.goto('about:blank')
    await page.goto(link)
    await page.getByText('This sign-in link was already used.').waitFor()
    expect(await page.getByLabel('Token').isVisible()).toBe(true)
    expect(page.url()).toBe(`${server.url}/`)
    expect(await stored()).toBeNull()
  })

  test('asks before it replaces a sign-in that works, which goes on until then', async () => {
    await signedInAsDesk()
    await follow(await linkOf(PHONE))
    await question().waitFor()
    expect(await page.locator('main').innerText()).toMatch(/with the token “phone”.*with the token “desk”/s)
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
    expect([await stored(), page.url()]).toEqual([DESK, `${server.url}/`])
    await put(server.port, 'bob', 5)
    await shows(8)
    // By keyboard: the first button keeps, the second one replaces.
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await question().waitFor({ state: 'detached' })
    expect(await stored()).toBe(DESK)
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('open-settings')
    await follow(await linkOf(PHONE))
    await question().waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await shows(3)
    expect(await stored()).toBe(PHONE)
  })

  test('sends what is pending with the token with which it was done', async () => {
    await server.close()
    const tokens = ALL.map((token): TokenConfig => (token.name === 'phone' ? { ...token, scopes: ['read'], accounts: '*' } : token))
    server = await startServer({ http: { pageDir }, config: { tokens, demo: true } })
    await open(await linkOf(DESK))
    const number = async (): Promise<number> => Number(/\d+/.exec(await page.title())?.[0])
    const first = page.locator('.message').first()
    await first.waitFor()
    const before = await number()
    await first.hover()
    await first.getByRole('button', { name: /^Mark as read/ }).click()
    await follow(await linkOf(PHONE))
    await question().waitFor()
    await page.getByRole('button', { name: 'Use the link' }).click()
    await until(async () => (await number()) === before - 1)
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  test('is declined with Escape, and a later link replaces the question', async () => {
    await signedInAsDesk()
    await follow(await linkOf(PHONE))
    await question().waitFor()
    await page.keyboard.press('Escape')
    await question().waitFor({ state: 'detached' })
    await follow(await linkOf(PHONE))
    await question().waitFor()
    await follow(await linkOf(DESK))
    await question().waitFor({ state: 'detached' })
    await shows(7)
    expect(await stored()).toBe(DESK)
  })

  test.each([
    ['a used code', async () => `${server.url}/#code=${await usedCode()}`, 'This sign-in link was already used.'],
    [
      'an unknown code',
      async () => `${server.url}/#code=AAAAAAAAAAAAAAAAAAAAAAAA`,
      'This sign-in link has expired, or it is not from this server.',
    ],
    ['an empty code', async () => `${server.url}/#code=`, 'This sign-in link is incomplete.'],
    ['a token that the server does not know', async () => `${server.url}/#token=made-up`, 'The server rejected the token.'],
    ['a token that is none', async () => `${server.url}/#token=two%20words`, 'This sign-in link is incomplete.'],
    ['a token that cannot read', async () => `${server.url}/#token=${BLIND}`, 'This token can’t read unread counts.'],
  ])('with %s leaves the sign-in as it is, and says why', async (_name, link, why) => {
    await signedInAsDesk()
    await follow(await link())
    await page.getByRole('alert').getByText(why).waitFor()
    await page.getByText('You are still signed in as before.').waitFor()
    expect([await stored(), page.url()]).toEqual([DESK, `${server.url}/`])
    await put(server.port, 'bob', 6)
    await shows(9)
    await page.getByRole('button', { name: 'Dismiss' }).click()
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  async function usedCode(): Promise<string> {
    const code = await codeOf(PHONE)
    await send(server.port, 'POST', '/v1/token', { token: null, body: { code } })
    return code
  }

  test('with the token itself is treated as carefully, also from a page of another origin', async () => {
    await signedInAsDesk()
    await page.goto(`data:text/html,<a href="${server.url}/%23token=${PHONE}">Emails</a>`)
    await page.getByText('Emails').click()
    await question().waitFor()
    expect([await stored(), page.url()]).toEqual([DESK, `${server.url}/`])
    await page.getByRole('button', { name: 'Use the link' }).click()
    await shows(3)
    expect(await stored()).toBe(PHONE)
  })

  test('replaces a token that the server no longer accepts without a question', async () => {
    await signedInAsDesk()
    await server.reload({ tokens: ALL.filter(({ name }) => name !== 'desk'), sources: [], labels: new Map(), demo: false })
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await follow(await linkOf(PHONE))
    await shows(3)
    expect(await stored()).toBe(PHONE)
  })

  test('replaces a token that can no longer read without a question', async () => {
    await signedInAsDesk()
    const blind = ALL.map((token): TokenConfig => (token.name === 'desk' ? { ...token, scopes: ['collect'] } : token))
    await server.reload({ tokens: blind, sources: [], labels: new Map(), demo: false })
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await follow(await linkOf(PHONE))
    await shows(3)
    expect(await stored()).toBe(PHONE)
  })

  test('shows that it does not work in the first view, wherever the page is, and leaves the focus in the page', async () => {
    const focus = (): Promise<string | undefined> => page.evaluate(() => document.activeElement?.textContent || document.activeElement?.id)
    await open(`${server.url}/`)
    await page.getByLabel('Token').fill(DESK)
    await page.keyboard.press('Enter')
    await shows(7)
    await until(async () => (await focus()) === 'open-settings')
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
    await follow(await linkOf(PHONE))
    await question().waitFor()
    await page.keyboard.press('Escape')
    await until(async () => (await focus()) === 'Settings')
    await follow(`${server.url}/#code=`)
    await page.getByRole('button', { name: 'Dismiss' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor({ state: 'detached' })
    expect(await focus()).toBe('open-settings')
  })

  test('can be tried again after the server could not be reached, without losing the code', async () => {
    await open(`${server.url}/`)
    await page.route('**/v1/token', (route) => route.abort(), { times: 1 })
    await follow(await linkOf(DESK))
    await page.getByRole('button', { name: 'Try again' }).click()
    await shows(7)
    await page.evaluate(() => localStorage.clear())
    await page.reload()
    // The code is exchanged, but the token cannot be tried.
    await page.route('**/v1/accounts', (route) => route.abort(), { times: 1 })
    await follow(await linkOf(PHONE))
    await page.getByRole('button', { name: 'Try again' }).click()
    await shows(3)
  })

  test('is accepted in the token field, as are the token and an invitation, in whatever they were copied with', async () => {
    const invitation = `mailbell://connect?url=${encodeURIComponent(server.url)}#token=${DESK}`
    const texts = [
      ` ${DESK}\n`,
      `"${DESK}"`,
      `The token: ${DESK}`,
      `<${await linkOf(DESK)}>`,
      `Mailbell is at ${await linkOf(DESK)}`,
      invitation,
      `\u200b${DESK}`,
      (await linkOf(DESK)).replace('http://', ''),
      new URL(await linkOf(DESK)).hash,
    ]
    for (const text of [...texts, (await linkOf(DESK)).replace('127.0.0.1', 'localhost')]) {
      await open(`${server.url}/`)
      await page.getByLabel('Token').fill(text)
      await page.keyboard.press('Enter')
      await shows(7)
      expect(await stored()).toBe(DESK)
      await page.evaluate(() => localStorage.clear())
      await page.close()
    }
    await open(`${server.url}/`)
    await page.getByLabel('Token').fill(`${await linkOf(DESK)}`.slice(0, -1))
    await page.keyboard.press('Enter')
    await page.getByText('Paste the token, or the whole link.').waitFor()
    await page.getByLabel('Token').fill('https://mail.example.org/bell/#code=AAAAAAAAAAAAAAAAAAAAAAAA')
    await page.keyboard.press('Enter')
    await page.getByText('This link is for https://mail.example.org/bell/.').waitFor()
    await page.getByLabel('Token').fill('two words')
    await page.getByText('Paste the token, or the whole link.').waitFor()
  })
})

/** Runs in the page before its own scripts. */
const STORAGES = {
  blocked: () =>
    Object.defineProperty(window, 'localStorage', {
      get: () => {
        throw new DOMException('Denied', 'SecurityError')
      },
    }),
  full: () => {
    Storage.prototype.setItem = () => {
      throw new DOMException('Full', 'QuotaExceededError')
    }
  },
} as const

describe.runIf(needs(browserName))('a browser whose storage is', () => {
  test.each(Object.entries(STORAGES))('%s says at the sign-in that it will not last, and signs in', async (_name, spoil) => {
    const server = await startServer({ http: { pageDir }, config: { tokens: ALL } })
    const browser = await openBrowser({ locale: 'en-US' })
    try {
      await put(server.port, 'alice', 3)
      const page = await browser.context.newPage()
      const note = page.getByText('This browser doesn’t store the sign-in. It ends when you close or reload this page.')
      await page.goto(server.url)
      await page.getByLabel('Token').waitFor()
      expect(await note.count()).toBe(0)
      await page.addInitScript(spoil)
      await page.reload()
      await note.waitFor()
      await page.getByLabel('Token').fill(DESK)
      await page.keyboard.press('Enter')
      await until(async () => (await page.title()) === '(3) Mailbell')
      await page.reload()
      await note.waitFor()
    } finally {
      await browser.close()
      await server.close()
    }
  })
})

describe.runIf(!isFirefox && needs('chromium'))('the history of the browser', () => {
  test('holds no token after a sign-in, and the code that it holds is of no use', async () => {
    const server = await startServer({ http: { pageDir }, config: { tokens: ALL } })
    const profile = await temporaryFolder()
    const context = await openProfile(profile.path, { locale: 'en-US' })
    try {
      const code = String((await send(server.port, 'POST', '/v1/codes', { token: DESK })).json()['code'])
      const page = await context.newPage()
      await page.goto(`${server.url}/#code=${code}`)
      await until(() => page.evaluate(() => localStorage.getItem('mailbell / token')))
      await page.locator('.header .link-live').waitFor()
      const devtools = await context.newCDPSession(page)
      const { entries } = await devtools.send('Page.getNavigationHistory')
      expect(entries.map(({ url }) => url).filter((url) => url.startsWith(server.url))).toEqual([`${server.url}/`])
      expect(JSON.stringify(entries)).not.toContain(DESK)
      await context.close()
      const history = new DatabaseSync(join(profile.path, 'Default', 'History'), { readOnly: true })
      const urls = history
        .prepare('SELECT url FROM urls')
        .all()
        .map(({ url }) => String(url))
      history.close()
      expect(urls.filter((url) => url.startsWith(server.url)).length).toBeGreaterThan(0)
      expect(urls.filter((url) => url.includes(DESK) || url.includes('token='))).toEqual([])
      expect((await send(server.port, 'POST', '/v1/token', { token: null, body: { code } })).status).toBe(410)
    } finally {
      await context.close()
      await profile.remove()
      await server.close()
    }
  })
})
