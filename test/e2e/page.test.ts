/** The page of a headless server in a real browser: installed, in several tabs, and behind a proxy at a subpath. */
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { sha256Of } from '../../server/auth/tokens.ts'
import { isFirefox, launchBrowser, openBrowser } from '../helpers/web/browser.ts'
import { type Proxy, startNginx } from '../helpers/programs/nginx.ts'
import { browserName, needs } from '../helpers/parts.ts'
import { parkedPolls, put, startServer, type TestServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'

const TOKEN = 'page-token'
interface NotificationSeen {
  readonly title: string
  readonly body: string
}
declare global {
  interface Window {
    notifications: NotificationSeen[]
  }
}

/** Runs in the page: records notifications. */
function recordNotifications(): void {
  const seen: NotificationSeen[] = []
  class Recorded extends EventTarget {
    static permission = 'granted'
    constructor(title: string, options: { body: string }) {
      super()
      seen.push({ title, body: options.body })
    }
  }
  Object.assign(window, { Notification: Recorded, notifications: seen })
}

/** Runs in the page: imitates Chrome on Android, where only the worker may show notifications, and records them. */
function leaveNotificationsToWorker(): void {
  const seen: NotificationSeen[] = []
  class Refused {
    static permission = 'granted'
    constructor() {
      throw new TypeError("Failed to construct 'Notification': Illegal constructor.")
    }
  }
  const { showNotification } = ServiceWorkerRegistration.prototype
  ServiceWorkerRegistration.prototype.showNotification = async function show(title, options = {}) {
    await showNotification.call(this, title, options)
    seen.push({ title, body: options.body ?? '' })
  }
  Object.assign(window, { Notification: Refused, notifications: seen })
}

const VIEW = { viewport: { width: 380, height: 560 }, locale: 'en-US' } as const
const pageDir = fileURLToPath(new URL('../../dist/renderer', import.meta.url))

describe.runIf(needs(browserName))('the page', () => {
  let server: TestServer
  let browser: Browser
  let context: BrowserContext
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    server = await startServer({
      // As documented for a proxy: the server itself listens on another port.
      http: { pageDir, allowedHosts: ['127.0.0.1'] },
      config: {
        tokens: [
          { name: 'reader', sha256: sha256Of('reader'), scopes: ['read'], accounts: '*' },
          { name: 'page', sha256: sha256Of(TOKEN), scopes: ['read', 'act'], accounts: '*' },
          { name: 'feeder', sha256: sha256Of('feeder'), scopes: ['collect'], accounts: '*' },
        ],
      },
    })
    await put(server.port, 'alice', 3)
    context = await browser.newContext(VIEW)
  })
  afterEach(async () => {
    await context.close()
    await server.close()
  })

  async function open(url: string, into = context): Promise<Page> {
    const page = await into.newPage()
    await page.goto(url)
    return page
  }
  const shows = (page: Page, unread: number) =>
    until(async () => (await page.title()) === (unread === 0 ? 'Mailbell' : `(${unread}) Mailbell`))
  const parked = (): Promise<number> => parkedPolls(server.port)

  test('shares one poll among its tabs, also after the polling tab is closed', async () => {
    const first = await open(`${server.url}/#token=${TOKEN}`)
    await shows(first, 3)
    const others = [await open(`${server.url}/`), await open(`${server.url}/`)]
    for (const page of others) await shows(page, 3)
    await until(async () => (await parked()) === 1)
    await put(server.port, 'alice', 4)
    for (const page of [first, ...others]) await shows(page, 4)
    await first.close()
    await put(server.port, 'alice', 5)
    for (const page of others) await shows(page, 5)
    await until(async () => (await parked()) === 1)
  })

  test('signs out in all of its tabs', async () => {
    const first = await open(`${server.url}/#token=${TOKEN}`)
    await shows(first, 3)
    const second = await open(`${server.url}/`)
    await shows(second, 3)
    await first.bringToFront()
    await first.click('#open-settings')
    await first.getByRole('button', { name: 'Sign out' }).click()
    await second.getByRole('heading', { name: 'Sign in' }).waitFor()
    await until(async () => (await parked()) === 0)
  })

  test('shares one poll after signing out in all tabs and in again in one', async () => {
    const first = await open(`${server.url}/#token=${TOKEN}`)
    const second = await open(`${server.url}/`)
    for (const page of [first, second]) await shows(page, 3)
    await first.bringToFront()
    await first.click('#open-settings')
    await first.getByRole('button', { name: 'Sign out' }).click()
    await second.getByRole('heading', { name: 'Sign in' }).waitFor()
    await second.getByLabel('Token').fill(TOKEN)
    await second.keyboard.press('Enter')
    for (const page of [first, second]) await shows(page, 3)
    await put(server.port, 'alice', 4)
    for (const page of [first, second]) await shows(page, 4)
    await until(async () => (await parked()) === 1)
    const locks = await second.evaluate(async () => {
      const { held = [], pending = [] } = await navigator.locks.query()
      return [held, pending].map((list) => list.map(({ name }) => name))
    })
    expect(locks).toEqual([[expect.stringContaining('mailbell / ')], [locks[0]?.[0]]])
  })

  /** Headless Chromium never freezes pages, so the test dispatches the events. */
  test('continues in the other tabs when the polling tab is frozen, which follows when it thaws', async () => {
    const first = await open(`${server.url}/#token=${TOKEN}`)
    await shows(first, 3)
    const second = await open(`${server.url}/`)
    await shows(second, 3)
    await first.evaluate(() => document.dispatchEvent(new Event('freeze')))
    await put(server.port, 'alice', 4)
    await shows(second, 4)
    expect(await first.title()).toBe('(3?) Mailbell')
    await first.evaluate(() => document.dispatchEvent(new Event('resume')))
    await put(server.port, 'alice', 5)
    for (const page of [first, second]) await shows(page, 5)
    await until(async () => (await parked()) === 1)
  })

  test('applies a setting changed in another tab', async () => {
    await context.grantPermissions(['notifications'])
    await context.addInitScript(recordNotifications)
    const first = await open(`${server.url}/#token=${TOKEN}`)
    await shows(first, 3)
    const second = await open(`${server.url}/`)
    await shows(second, 3)
    await second.click('#open-settings')
    await second.getByLabel('Notify me about new email').click()
    await until(() => second.getByLabel('Notify me about new email').isChecked())
    await put(server.port, 'alice', 5)
    for (const page of [first, second]) await shows(page, 5)
    const seen = async () => (await Promise.all([first, second].map((page) => page.evaluate(() => window.notifications)))).flat()
    await until(async () => (await seen()).length > 0)
    expect((await seen()).map(({ title }) => title)).toEqual(['2 new emails'])
  })

  test.skipIf(isFirefox)('notifies through its worker if a page may not create notifications', async () => {
    await context.grantPermissions(['notifications'], { origin: server.url })
    await context.addInitScript(leaveNotificationsToWorker)
    const page = await open(`${server.url}/#token=${TOKEN}`)
    await shows(page, 3)
    await page.click('#open-settings')
    await page.getByLabel('Notify me about new email').click()
    await until(() => page.getByLabel('Notify me about new email').isChecked())
    await put(server.port, 'alice', 5)
    await until(() => page.evaluate(() => window.notifications.length > 0))
    expect(await page.evaluate(() => window.notifications)).toEqual([{ title: '2 new emails', body: 'alice: 5 unread' }])
  })

  test('is installable: a manifest with icons, and a worker that caches only the app shell', async () => {
    const page = await open(`${server.url}/#token=${TOKEN}`)
    await shows(page, 3)
    const manifest = await page.evaluate(async () => {
      const link = document.querySelector<HTMLLinkElement>('link[rel=manifest]')
      return link && (await (await fetch(link.href)).json())
    })
    expect(manifest).toMatchObject({ name: 'Mailbell', start_url: './', scope: './', display: 'standalone' })
    for (const { src } of manifest.icons as { src: string }[]) expect((await fetch(`${server.url}/${src}`)).status).toBe(200)
    expect((manifest.icons as { purpose?: string }[]).some(({ purpose }) => purpose === 'maskable')).toBe(true)
    const cached = await until(() =>
      page.evaluate(async () => {
        const { active } = (await navigator.serviceWorker.getRegistration()) ?? {}
        const urls = await Promise.all(
          (await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url)),
        )
        return active?.state === 'activated' ? urls.flat() : undefined
      }),
    )
    expect(cached).toContain(`${server.url}/`)
    expect(cached.filter((url) => url.includes('/v1/') || url.includes(TOKEN))).toEqual([])
  })

  test('opens without the server, and shows that it is not connected', async () => {
    const page = await open(`${server.url}/#token=${TOKEN}`)
    await shows(page, 3)
    await page.evaluate(async () => void (await navigator.serviceWorker.ready))
    await page.reload()
    await shows(page, 3)
    await server.close()
    await page.reload()
    await page.locator('.header .link-retrying').waitFor()
  })

  describe.runIf(needs('nginx'))('behind nginx on a subpath', () => {
    let proxy: Proxy
    beforeEach(async () => {
      proxy = await startNginx(server.port)
    })
    afterEach(() => proxy.close())

    test('signs in, follows the counts with a parked poll, and is installable there', async () => {
      // With a profile: a browser installs nothing without one.
      const { context: installing, close } = await openBrowser(VIEW)
      onTestFinished(close)
      const page = await open(`${proxy.url}#token=${TOKEN}`, installing)
      await shows(page, 3)
      expect(page.url()).toBe(proxy.url)
      await until(async () => (await parked()) === 1)
      await put(server.port, 'alice', 8)
      await shows(page, 8)
      const scope = await page.evaluate(async () => (await navigator.serviceWorker.ready).scope)
      expect(scope).toBe(proxy.url)
      if (!isFirefox) {
        // The installed app is this page, not another page of the host.
        const devtools = await installing.newCDPSession(page)
        expect(await devtools.send('Page.getAppId')).toMatchObject({ appId: proxy.url })
        expect((await devtools.send('Page.getInstallabilityErrors')).installabilityErrors.map(({ errorId }) => errorId)).toEqual([])
      }
      const second = await open(proxy.url, installing)
      await shows(second, 8)
      await until(async () => (await parked()) === 1)
    })
  })
})
