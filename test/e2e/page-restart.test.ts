/** The page while its server restarts, and at its server's limits, in a real browser. */
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DEFAULT_CAPS } from '../../server/board/parking.ts'
import { browserName, needs } from '../helpers/parts.ts'
import { parkedPolls, put } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { type Pages, showsCount, startPages, startPageServer } from './pages.ts'

describe.runIf(needs(browserName))('the page of a server at its limit', () => {
  test.each([
    ['perToken', 'too-many-requests'],
    ['total', 'overloaded'],
  ] as const)('says which one it has reached: %s', async (cap, code) => {
    const pages = await startPages({ http: { caps: { ...DEFAULT_CAPS, [cap]: 0 } } })
    try {
      await put(pages.server.port, 'alice', 3)
      const { page, words } = await pages.open('full')
      await page.locator('.toast').getByText(words.error({ code }), { exact: true }).waitFor()
      expect(await page.title()).toBe('(3?) Mailbell')
    } finally {
      await pages.close()
    }
  })
})

/** Runs in the page: records each reason that it shows. */
function recordReasons(): void {
  const seen = new Set<string>()
  const record = (): void => document.querySelectorAll('.toast p').forEach(({ textContent }) => seen.add(textContent))
  new MutationObserver(record).observe(document.body, { childList: true, subtree: true, characterData: true })
  Object.assign(window, { reasons: seen })
}
const reasonsOf = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => Array.from((window as unknown as { readonly reasons: ReadonlySet<string> }).reasons))

describe.runIf(needs(browserName))('while a server restarts, the page', () => {
  let pages: Pages
  beforeEach(async () => {
    pages = await startPages()
  })
  afterEach(() => pages.close())

  test.each([
    ['en', 'behind a proxy'],
    ['ko', 'directly'],
  ] as const)('says nothing else, and then shows the new number (%s, %s)', async (language, how) => {
    const { server } = pages
    await put(server.port, 'alice', 3)
    const { page, words } = await pages.open('full', language)
    if (how === 'directly') await page.goto(`http://mailbell.test:${server.port}/#token=full`)
    await showsCount(page, 3)
    await page.evaluate(recordReasons)
    // Its next poll was parked for less than a second.
    await put(server.port, 'alice', 4)
    await showsCount(page, 4)
    await until(async () => (await parkedPolls(server.port)) === 1)
    await server.close()
    await page.locator('.toast').waitFor()
    await page.getByRole('button', { name: words.t('retryNow') }).click()
    await page.locator('.toast').waitFor()
    const next = await startPageServer({ http: { port: server.port } })
    try {
      await put(next.port, 'alice', 5)
      await page.getByRole('button', { name: words.t('checkNow') }).click()
      await showsCount(page, 5)
      expect(await reasonsOf(page)).toEqual([words.error({ code: 'restarting' })])
    } finally {
      await next.close()
    }
  })
})
