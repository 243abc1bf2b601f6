/** Debian's Chromium, driven by playwright-core, for the specs of Chromium alone, and by browser.ts. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core'
import { pathOf } from '../parts.ts'

/** Disables all background network traffic, and the sandbox, because tests may run as root. */
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

/**
 * A browser without a profile, whose contexts share nothing.
 * @param args more command line arguments
 */
export const launchBrowser = (args: readonly string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath: pathOf('chromium'), headless: true, args: [...CHROMIUM_ARGS, ...args] })

/** A browser with this profile. */
export const openProfile = (profile: string, options: BrowserContextOptions = {}): Promise<BrowserContext> =>
  chromium.launchPersistentContext(profile, { executablePath: pathOf('chromium'), headless: true, ...options, args: CHROMIUM_ARGS })

/** A browser with a temporary profile, which `close()` removes. */
export async function launchChromium(options: BrowserContextOptions = {}): Promise<Chromium> {
  const profile = await mkdtemp(join(tmpdir(), 'mailbell-chromium-'))
  const context = await openProfile(profile, options)
  return {
    context,
    async close() {
      await context.close()
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    },
  }
}
