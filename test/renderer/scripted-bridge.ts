/** The built page under the real Content-Security-Policy, fed by a scripted bridge that the test steers. */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import type { Page } from 'playwright-core'
import { type RequestName, REQUESTS, type Requests, type BrowserRequests } from '../../common/protocol/bridge.ts'
import type { WindowState } from '../../common/protocol/window-state.ts'
import { CONTENT_SECURITY_POLICY } from '../../main/window/app-protocol.ts'

const BUILT = new URL('../../dist/renderer/', import.meta.url)
const TYPES = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
])

export interface PageServer {
  readonly url: string
  close(): Promise<void>
}

export async function servePage(): Promise<PageServer> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://page').pathname
    const name = path === '/' ? 'index.html' : path.slice(1)
    readFile(new URL(name, BUILT)).then(
      (body) =>
        response
          .writeHead(200, { 'Content-Type': TYPES.get(extname(name)) ?? '', 'Content-Security-Policy': CONTENT_SECURITY_POLICY })
          .end(body),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The outcome of any request. */
type Answer = Awaited<ReturnType<Requests[keyof Requests]>>
type AnyName = keyof Requests | keyof BrowserRequests

/** A request that the page sent. */
export interface SentRequest {
  readonly name: AnyName
  readonly argument: unknown
}

export type Outcomes = Partial<Record<AnyName, Answer>>

/** The test's end of the scripted bridge, on the page's `window`. */
interface Script {
  state: WindowState
  outcomes: Outcomes
  readonly requests: SentRequest[]
  showState(state: WindowState): void
}

declare global {
  interface Window {
    script: Script
    violations: string[]
    /** Class names of elements that moved (layout shifts). */
    shifts: string[]
  }
}

const BROWSER_NAMES = ['replaceToken', 'dismissLink', 'retryLink', 'sendRedirectAddress', 'resumeTry'] satisfies (keyof BrowserRequests)[]
const REQUEST_NAMES: readonly AnyName[] = [...(Object.keys(REQUESTS) as RequestName[]), ...BROWSER_NAMES]

/** Installs the bridge before the page's own scripts run, as the preload does, and records violations and layout shifts. */
export async function installBridge(page: Page, state: WindowState, outcomes: Outcomes = {}): Promise<void> {
  await page.addInitScript(
    ([first, names, answers]) => {
      const listeners = new Set<(next: WindowState) => void>()
      const script: Script = {
        state: first,
        outcomes: { readKnownAccounts: { ok: true, known: [] }, readHistory: { ok: true, history: null }, ...answers },
        requests: [],
        showState(next) {
          script.state = next
          for (const listener of listeners) listener(next)
        },
      }
      const requests = names.map((name) => [
        name,
        async (argument: unknown) => {
          script.requests.push({ name, argument })
          return script.outcomes[name] ?? { ok: true }
        },
      ])
      const bridge = {
        ...Object.fromEntries(requests),
        desktop: first.desktop && Object.fromEntries(requests),
        page: first.desktop ? null : Object.fromEntries(requests),
        readState: async () => script.state,
        onState(listener: (next: WindowState) => void) {
          listeners.add(listener)
          return () => void listeners.delete(listener)
        },
      }
      Object.assign(window, { script, mailbell: bridge, violations: [], shifts: [] })
      document.addEventListener('securitypolicyviolation', (event) => {
        window.violations.push(`${event.violatedDirective} ${event.blockedURI}`)
      })
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          for (const { node } of (entry as PerformanceEntry & { sources: readonly { node: Node | null }[] }).sources) {
            const element = node instanceof Element ? node : node?.parentElement
            window.shifts.push(element?.closest('[class]')?.className ?? '')
          }
        }
      }).observe({ type: 'layout-shift', buffered: true })
    },
    [state, REQUEST_NAMES, outcomes] as const,
  )
}

export async function openWindow(page: Page, url: string, state: WindowState, outcomes: Outcomes = {}): Promise<void> {
  await installBridge(page, state, outcomes)
  await page.goto(url)
  await page.locator('main:not([aria-busy])').waitFor()
}

export const showState = (page: Page, state: WindowState): Promise<void> => page.evaluate((next) => window.script.showState(next), state)
/** The requests of the user; the window reports drafts, looks for known accounts and reads the history itself. */
export const requestsOf = (page: Page): Promise<SentRequest[]> =>
  page.evaluate(() => window.script.requests.filter(({ name }) => !['setHasDraft', 'readKnownAccounts', 'readHistory'].includes(name)))
export const answerRequest = (page: Page, name: AnyName, outcome: Answer): Promise<void> =>
  page.evaluate(([which, what]) => void (window.script.outcomes[which] = what), [name, outcome] as const)
/** The request is under way from now on. */
export const neverAnswer = (page: Page, name: AnyName): Promise<void> =>
  page.evaluate((which) => {
    Object.assign(Reflect.get(window, 'mailbell'), { [which]: () => new Promise(() => undefined) })
  }, name)
