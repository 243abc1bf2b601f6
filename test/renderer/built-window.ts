/** The built page in a browser, with a new tab for every test. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { WindowState } from '../../common/protocol/window-state.ts'
import { type OpenBrowser, openBrowser } from '../helpers/web/browser.ts'
import { openWindow, type Outcomes, type PageServer, servePage } from './scripted-bridge.ts'

export interface BuiltWindow {
  /** Of the test that runs. */
  readonly page: Page
  /** @param prepare runs before the scripts of the page */
  open(state: WindowState, prepare?: (page: Page) => Promise<unknown>, outcomes?: Outcomes): Promise<Page>
}

/** In English and in UTC, without motion, at the window's size. A page that violates its policy fails the test. */
export function useBuiltWindow(): BuiltWindow {
  let server: PageServer
  let browser: OpenBrowser
  let page: Page | null = null
  beforeAll(async () => {
    server = await servePage()
    const viewport = { width: 380, height: 560 }
    browser = await openBrowser({ viewport, locale: 'en-US', timezoneId: 'UTC', reducedMotion: 'reduce' })
  })
  afterEach(async () => {
    const violations = await page?.evaluate(() => window.violations)
    await page?.close()
    page = null
    expect(violations ?? []).toEqual([])
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })
  return {
    get page() {
      if (page === null) throw new Error('Open the window first.')
      return page
    },
    async open(state, prepare, outcomes) {
      page = await browser.context.newPage()
      await prepare?.(page)
      await openWindow(page, server.url, state, outcomes)
      return page
    },
  }
}
