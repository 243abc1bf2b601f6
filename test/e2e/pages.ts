/** Pages of one server, each in a context of its own, at a host name that needs a network and through a proxy that can break. */
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { sha256Of } from '../../server/auth/tokens.ts'
import { createWords, type Words } from '../../common/words/words.ts'
import { launchBrowser } from '../helpers/web/browser.ts'
import { startServer, type TestServer, type TestServerOptions } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { RAW, startFaultProxy } from './fault-proxy.ts'

const pageDir = fileURLToPath(new URL('../../dist/renderer', import.meta.url))
const HOST = 'mailbell.test'

/** The secret equals the name. */
export const TOKENS = (
  [
    { name: 'full', scopes: ['read', 'act'], accounts: '*' },
    { name: 'reader', scopes: ['read'], accounts: '*' },
    { name: 'feeder', scopes: ['collect'], accounts: '*' },
    { name: 'empty', scopes: ['read'], accounts: ['nobody'] },
  ] as const
).map((token) => ({ ...token, sha256: sha256Of(token.name) }))

export type Pages = Awaited<ReturnType<typeof startPages>>
export interface OpenPage {
  readonly page: Page
  readonly words: Words
}

export const startPageServer = ({ http, config }: TestServerOptions = {}): Promise<TestServer> =>
  startServer({ http: { pageDir, allowedHosts: [HOST], ...http }, config: { tokens: TOKENS, ...config } })

export async function startPages(options: TestServerOptions = {}) {
  const server = await startPageServer(options)
  const proxy = await startFaultProxy(server.port)
  const browser = await launchBrowser([HOST])
  return {
    server,
    proxy,
    url: `http://${HOST}:${proxy.port}/`,
    /** Its clock runs, and can be moved forward. */
    async open(token: string | null, language: 'en' | 'ko' = 'en'): Promise<OpenPage> {
      const context = await browser.newContext({ viewport: { width: 380, height: 560 }, locale: language === 'en' ? 'en-US' : 'ko-KR' })
      const page = await context.newPage()
      page.setDefaultTimeout(5_000)
      await page.clock.install()
      await page.goto(`http://${HOST}:${proxy.port}/${token === null ? '' : `#token=${token}`}`)
      return { page, words: createWords(language) }
    },
    async close(): Promise<void> {
      await browser.close()
      await proxy.close()
      await server.close()
    },
  }
}

/** Waits for the number in the title: what a person reads in the tab. */
export const showsCount = (page: Page, unread: number): Promise<boolean> =>
  until(async () => (await page.title()) === (unread === 0 ? 'Mailbell' : `(${unread}) Mailbell`))

export const showsNothingRaw = async (page: Page): Promise<boolean> => !(await page.content()).includes(RAW)
