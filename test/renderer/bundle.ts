/** The built page in a browser: what every suite of the window begins with. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { type Chromium, launchChromium } from '../helpers/chromium.ts'
import { type PageServer, servePage } from './page.ts'

export interface Studio {
  readonly server: PageServer
  readonly chromium: Chromium
  close(): Promise<void>
}

/** In English and in UTC, without motion, at the window's size. */
export async function openStudio(): Promise<Studio> {
  const server = await servePage()
  const viewport = { width: 380, height: 560 }
  const chromium = await launchChromium({ viewport, locale: 'en-US', timezoneId: 'UTC', reducedMotion: 'reduce' })
  return {
    server,
    chromium,
    async close() {
      await chromium.close()
      await server.close()
    },
  }
}

/** Closes a page that must not have tried what its policy forbids. */
export async function closePage(page: Page): Promise<void> {
  const violations = await page.evaluate(() => window.violations)
  await page.close()
  expect(violations).toEqual([])
}
