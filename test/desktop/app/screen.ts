import type { Browser } from 'playwright-core'
import { afterAll } from 'vitest'
import { type Chromium, launchBrowser } from '../../helpers/web/chromium.ts'

/** Opens a screen for one app. */
export type OpenScreen = () => Promise<Chromium>

/** The screens of a test file: each has cookies and storage of its own, in a browser that the first one starts and all share. */
export function useScreen(): OpenScreen {
  let browser: Promise<Browser> | null = null
  afterAll(async () => await (await browser)?.close())
  return async () => {
    browser ??= launchBrowser()
    const context = await (await browser).newContext({ viewport: { width: 420, height: 600 } })
    return { context, close: () => context.close() }
  }
}
