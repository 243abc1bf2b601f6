import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { sha256Of } from '../../server/auth/tokens.ts'
import { type OpenBrowser, clickAction, openBrowser } from '../helpers/web/browser.ts'
import { browserName, needs } from '../helpers/parts.ts'
import { put, send, startServer, type TestServer } from '../helpers/server.ts'
import { storeHistory } from '../helpers/stored-history.ts'
import { type TemporaryFolder, temporaryFolder } from '../helpers/tmp.ts'
import { until } from '../helpers/until.ts'

const TOKEN = 'page-token'
const pageDir = fileURLToPath(new URL('../../dist/renderer', import.meta.url))

interface NotificationSeen {
  readonly title: string
  readonly body: string
}
declare global {
  interface Window {
    notifications: NotificationSeen[]
  }
}

describe.runIf(needs(browserName))('the page of a headless server', () => {
  let folder: TemporaryFolder
  let server: TestServer
  let browser: OpenBrowser
  let page: Page

  const serve = ({ port = 0, persist = false } = {}): Promise<TestServer> =>
    startServer({
      http: { port, pageDir },
      config: {
        demo: true,
        dataDir: folder.path,
        persist,
        historyFile: join(folder.path, 'history.sqlite'),
        tokens: [
          { name: 'page', sha256: sha256Of(TOKEN), scopes: ['read', 'act'], accounts: '*' },
          { name: 'feeder', sha256: sha256Of('feeder'), scopes: ['collect'], accounts: '*' },
        ],
      },
    })

  beforeAll(async () => {
    folder = await temporaryFolder()
    storeHistory(join(folder.path, 'history.sqlite'), 41)
    server = await serve()
    browser = await openBrowser({ viewport: { width: 380, height: 560 }, locale: 'en-US' })
  })
  afterEach(async () => {
    await page.close()
    await browser.context.clearPermissions()
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
    await folder.remove()
  })

  const errors: string[] = []
  async function open(url: string, prepare?: (fresh: Page) => Promise<unknown>): Promise<Page> {
    page = await (browser.context as BrowserContext).newPage()
    errors.length = 0
    // Firefox words it differently.
    page.on('console', (message) => /Content Security Policy|page’s settings blocked/.test(message.text()) && errors.push(message.text()))
    page.on('pageerror', (error) => errors.push(error.message))
    await prepare?.(page)
    await page.goto(url)
    return page
  }
  const live = (): Promise<void> => page.locator('.header .link-live').waitFor({ timeout: 15_000 })
  const unread = async (): Promise<number> => Number(await page.locator('.headline').getAttribute('data-unread'))
  const storedTokens = (): Promise<(string | null)[]> =>
    page.evaluate(() =>
      Object.keys(localStorage)
        .filter((key) => key.endsWith(' token'))
        .map((key) => localStorage.getItem(key)),
    )

  it('removes the token from the address at once, and shows a delivered message', async () => {
    await open(`${server.url}/#token=${TOKEN}`)
    await live()
    expect(page.url()).toBe(`${server.url}/`)
    expect(await storedTokens()).toEqual([TOKEN])
    const before = await unread()
    await page.getByRole('button', { name: 'Deliver a test email' }).click()
    await until(async () => (await unread()) === before + 1)
    expect(await page.title()).toBe(`(${before + 1}) Mailbell`)
    expect(await page.locator('link[rel=icon]').getAttribute('href')).toMatch(/^data:image\/png;base64,/)
    await page.getByRole('button', { name: 'Mark all as read' }).click()
    await until(async () => (await page.title()) === 'Mailbell')
    expect(errors).toEqual([])
  })

  it('shows no error when a delivery is answered with 204', async () => {
    await open(`${server.url}/#token=${TOKEN}`)
    await live()
    expect(await clickAction(page, 'Deliver a test email')).toBe(204)
    expect(await page.getByRole('alert').allInnerTexts()).toEqual([])
  })

  it('shows the history that an earlier run has stored', async () => {
    await open(`${server.url}/#token=${TOKEN}`)
    const line = page.locator('.sparkline > button')
    await line.waitFor()
    expect(await line.getAttribute('aria-label')).toMatch(/^All unread email, last 24 hours: lowest \d, highest 41, now \d$/)
    expect(errors).toEqual([])
  })

  it('needs no token a second time until it signs out', async () => {
    await open(`${server.url}/#token=${TOKEN}`)
    await live()
    await page.close()
    await open(`${server.url}/`)
    await live()
    await page.click('#open-settings')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await storedTokens()).toEqual([])
    expect(await page.locator('.account').count()).toBe(0)
  })

  it('shows that a token is rejected, preserves what was typed, and signs in with a valid one', async () => {
    await open(`${server.url}/`)
    // An earlier test may have signed in.
    await page.evaluate(() => localStorage.clear())
    await page.reload()
    const field = page.getByLabel('Token')
    await field.fill('not-the-token')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    expect(await page.getByRole('alert').innerText()).toContain('The server rejected the token.')
    expect(await field.inputValue()).toBe('not-the-token')
    await field.fill(TOKEN)
    await page.keyboard.press('Enter')
    await live()
  })

  it.each([false, true])(
    'shows its last number as outdated until a server that restarts has counted again (stores counts: %s)',
    async (persist) => {
      await server.close()
      server = await serve({ persist })
      await open(`${server.url}/#token=${TOKEN}`)
      await live()
      const before = await unread()
      await clickAction(page, 'Deliver a test email')
      const title = `(${before + 1}) Mailbell`
      await until(async () => (await page.title()) === title)
      const titles = await page.evaluateHandle(() => {
        const seen: string[] = []
        new MutationObserver(() => seen.push(document.title)).observe(document.head, {
          childList: true,
          subtree: true,
          characterData: true,
        })
        return seen
      })
      const { port } = server
      await server.close()
      await page.locator('.header .link-retrying').waitFor({ timeout: 15_000 })
      expect(await page.locator('.header').innerText()).toContain('May be outdated')
      expect(await page.title()).toBe(`(${before + 1}?) Mailbell`)
      server = await serve({ port, persist })
      await live()
      await until(async () => (await page.title()) === title)
      expect(new Set(await titles.jsonValue())).toEqual(new Set([`(${before + 1}?) Mailbell`, title]))
    },
  )

  it('requests permission only on a click, and notifies about new messages only', async () => {
    await open(`${server.url}/#token=${TOKEN}`, (fresh) =>
      fresh.addInitScript(() => {
        // The system's notifications, as far as a page sees them.
        const seen: NotificationSeen[] = []
        class Recorded extends EventTarget {
          static permission = 'default'
          static requestCount = 0
          static async requestPermission(): Promise<string> {
            Recorded.requestCount += 1
            Recorded.permission = 'granted'
            return 'granted'
          }
          constructor(title: string, options: { body: string }) {
            super()
            seen.push({ title, body: options.body })
          }
        }
        Object.assign(window, { Notification: Recorded, notifications: seen })
      }),
    )
    await live()
    const timesAsked = (): Promise<number> => page.evaluate(() => (Notification as unknown as { requestCount: number }).requestCount)
    expect(await timesAsked()).toBe(0)
    await page.click('#open-settings')
    await page.getByLabel('Notify me about new email').click()
    await until(() => page.getByLabel('Notify me about new email').isChecked())
    expect(await timesAsked()).toBe(1)
    await page.keyboard.press('Escape')
    const row = page.locator('.account', { hasText: 'pushed' }).locator('.count span').first()
    for (const count of [2, 1, 4]) {
      await put(server.port, 'pushed', count)
      await until(async () => (await row.innerText()) === String(count))
    }
    const seen = (): Promise<NotificationSeen[]> => page.evaluate(() => window.notifications)
    await until(async () => (await seen()).length > 0)
    expect(await seen()).toEqual([{ title: '3 new emails', body: 'pushed: 4 unread' }])
    await send(server.port, 'DELETE', '/v1/accounts/pushed', { token: 'feeder' })
  })

  it('runs a pending action when the page is left', async () => {
    await open(`${server.url}/#token=${TOKEN}`)
    await live()
    const earlier = await unread()
    await page.getByRole('button', { name: 'Deliver a test email' }).click()
    const before = earlier + 1
    await until(async () => (await unread()) === before)
    const row = page.locator('.message').first()
    await row.locator('[data-action=read]').click()
    await page.goto('about:blank')
    await open(`${server.url}/`)
    await live()
    await until(async () => (await unread()) === before - 1)
  })

  it('works without the storage of the browser', async () => {
    await open(`${server.url}/#token=${TOKEN}`, (fresh) =>
      fresh.addInitScript(() => {
        Object.defineProperty(window, 'localStorage', {
          get() {
            throw new DOMException('The operation is insecure.', 'SecurityError')
          },
        })
      }),
    )
    await live()
    expect(errors).toEqual([])
  })

  it('works under the sub-path of a proxy', async () => {
    const proxy: Server = createServer((from, to) => {
      const path = from.url?.startsWith('/mail/') ? from.url.slice('/mail'.length) : null
      if (path === null) return void to.writeHead(404).end()
      const onward = request({
        host: '127.0.0.1',
        port: server.port,
        path,
        method: from.method,
        headers: { ...from.headers, host: `127.0.0.1:${server.port}` },
      })
      onward.on('response', (answer) => void answer.pipe(to.writeHead(answer.statusCode ?? 502, answer.headers)))
      onward.on('error', () => to.destroy())
      to.on('close', () => onward.destroy())
      from.pipe(onward)
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    try {
      await open(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}/mail/#token=${TOKEN}`)
      await live()
      expect(new URL(page.url()).pathname).toBe('/mail/')
    } finally {
      proxy.closeAllConnections()
      await new Promise((resolve) => proxy.close(resolve))
    }
  })
})
