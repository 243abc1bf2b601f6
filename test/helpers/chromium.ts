/** Debian's Chromium, driven by playwright-core, for every test that needs a real page. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { pathOf } from './parts.ts'

/** Nothing but what the test asks for goes over the network; no sandbox, because tests may run as root. */
const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface Chromium {
  readonly context: BrowserContext
  close(): Promise<void>
}

/** A browser with a profile of its own in a temporary folder, which `close()` takes away. */
export async function launchChromium(options: BrowserContextOptions & { readonly args?: readonly string[] } = {}): Promise<Chromium> {
  const { args = [], ...contextOptions } = options
  const profile = await mkdtemp(join(tmpdir(), 'mailbell-chromium-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: pathOf('chromium'),
    headless: true,
    ...contextOptions,
    args: [...CHROMIUM_ARGS, ...args],
  })
  return {
    context,
    async close() {
      await context.close()
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    },
  }
}

/** Clicks a button whose action is a POST, and waits until the page has drawn what came of it. Returns the status. */
export async function clickAction(page: Page, name: string): Promise<number> {
  const answered = page.waitForResponse((response) => response.request().method() === 'POST')
  await page.getByRole('button', { name, exact: true }).click()
  const response = await answered
  await response.finished()
  await page.evaluate(() => new Promise((drawn) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(drawn)), 50)))
  return response.status()
}
