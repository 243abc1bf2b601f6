/** The browser of the page's specs: Chromium, or Firefox in the project `firefox` of vitest.config.ts. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { type Chromium, launchBrowser as launchBareChromium, launchChromium } from './chromium.ts'
import { launchFirefox } from './firefox.ts'
import { browserName } from '../parts.ts'

export const isFirefox = browserName === 'firefox'

export type OpenBrowser = Chromium

/**
 * A browser without a profile, whose contexts share nothing.
 * @param hosts names that lead to this machine
 */
export const launchBrowser = (hosts: readonly string[] = []): Promise<Browser> =>
  isFirefox ? launchFirefox({ hosts }) : launchBareChromium(hosts.map((host) => `--host-resolver-rules=MAP ${host} 127.0.0.1`))

/** A browser with one context, and a temporary profile, which `close()` removes. */
export async function openBrowser(options: BrowserContextOptions = {}): Promise<OpenBrowser> {
  if (!isFirefox) return launchChromium(options)
  const browser = await launchFirefox({ emulate: options })
  return { context: await browser.newContext(options), close: () => browser.close() }
}

/** Clicks a button that sends a POST, and waits until the page has rendered the result. Returns the status. */
export async function clickAction(page: Page, name: string): Promise<number> {
  const responded = page.waitForResponse((response) => response.request().method() === 'POST')
  await page.getByRole('button', { name, exact: true }).click()
  const response = await responded
  await response.finished()
  await page.evaluate(() => new Promise((rendered) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(rendered)), 50)))
  return response.status()
}
