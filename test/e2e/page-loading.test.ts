/** The page before its client is loaded, in a real browser: the first paint needs neither the client nor the network behind it. */
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { gzipSync } from 'node:zlib'
import { browserName, needs } from '../helpers/parts.ts'
import { put } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { type Pages, showsCount, startPages } from './pages.ts'

/** The file of the page's client: all of it that sends requests. */
const CLIENT = /\/assets\/open-[^/]+\.js$/

/** Before the page requests it again: holds the file until `release`. */
async function holdClient(page: Page) {
  const { promise: released, resolve: release } = Promise.withResolvers<'continue' | 'abort'>()
  await page.route(CLIENT, async (route) => {
    await ((await released) === 'continue' ? route.continue() : route.abort())
  })
  return release
}

describe.runIf(needs(browserName))('before its client is loaded, the page', () => {
  let pages: Pages
  beforeEach(async () => {
    pages = await startPages()
    await put(pages.server.port, 'alice', 3)
  })
  afterEach(() => pages.close())

  test('shows in its language and theme that it connects, and sends later what was clicked meanwhile', async () => {
    const { page, words } = await pages.open('full', 'ko')
    await showsCount(page, 3)
    await page.evaluate(() => {
      for (const key of Object.keys(localStorage)) if (key.endsWith('preferences')) localStorage.setItem(key, '{}')
      const name = Object.keys(localStorage)
        .find((key) => key.endsWith(' token'))
        ?.replace(/token$/, 'preferences')
      if (name !== undefined) localStorage.setItem(name, '{"theme":"dark"}')
    })
    const release = await holdClient(page)
    await page.reload()
    await page.getByText(words.t('linkConnecting'), { exact: true }).waitFor()
    await page.locator('html[lang=ko][data-theme=dark]').waitFor()
    let checks = 0
    page.on('request', (request) => {
      if (request.url().endsWith('/v1/accounts') && request.headers()['prefer'] === undefined) checks += 1
    })
    await page.getByRole('button', { name: words.t('checkNow') }).click()
    release('continue')
    await showsCount(page, 3)
    // The first request has no tag yet, so it does not wait either.
    await until(() => checks === 2)
  })

  test('shows the sign-in form if it has no token', async () => {
    const { page, words } = await pages.open(null)
    const release = await holdClient(page)
    await page.reload()
    await page.getByLabel(words.t('token'), { exact: true }).fill('full')
    await page.keyboard.press('Enter')
    release('continue')
    await showsCount(page, 3)
  })

  test('says so if the client cannot be loaded, and loads it again', async () => {
    const { page, words } = await pages.open('full')
    await showsCount(page, 3)
    const release = await holdClient(page)
    await page.reload()
    release('abort')
    await page.getByText(words.t('brokenHelpPage')).waitFor()
    await page.unroute(CLIENT)
    await page.getByRole('button', { name: words.t('reload') }).click()
    await showsCount(page, 3)
  })

  test('says so if a view cannot be loaded, and loads it again', async () => {
    const { page, words } = await pages.open('full')
    await showsCount(page, 3)
    const views = '**/assets/later-views-*.js'
    await page.route(views, (route) => route.fulfill({ status: 404 }))
    await page.reload()
    await page.getByRole('button', { name: words.t('settings') }).click()
    await page.getByRole('alert').getByText(words.t('brokenTitlePage')).waitFor()
    await page.getByRole('alert').getByText(words.t('brokenHelpPage')).waitFor()
    await page.unroute(views)
    await page.getByRole('button', { name: words.t('reload') }).click()
    await showsCount(page, 3)
    await page.getByRole('button', { name: words.t('settings') }).click()
    await page.getByText(words.t('signOut')).waitFor()
  })

  test('has at most 60 KB of compressed code and style', async () => {
    const { page, words } = await pages.open('full')
    await showsCount(page, 3)
    const files: string[] = []
    page.on('response', (response) => files.push(response.url()))
    await holdClient(page)
    await page.route('**/assets/later-*', () => undefined)
    await page.reload()
    await page.getByText(words.t('linkConnecting'), { exact: true }).waitFor()
    const sizes = await Promise.all(
      files.map(async (url) => gzipSync(await (await fetch(url.replace('mailbell.test', '127.0.0.1'))).text()).length),
    )
    expect(files.length).toBeGreaterThan(2)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(60_000)
  })
})
