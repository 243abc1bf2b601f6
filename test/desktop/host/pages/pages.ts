/** The screen of the stand-in: a page of Chromium for each window, whose requests, messages and navigation go to the app. */
import type { ChildProcess } from 'node:child_process'
import type { Page, Route } from 'playwright-core'
import type { Chromium } from '../../../helpers/web/chromium.ts'
import { until } from '../../../helpers/until.ts'
import type { HostCalls, ScreenCalls } from '../process/calls.ts'
import { DELIVER_FUNCTION, HOST_FUNCTION, preloadScript } from './page-preload.ts'
import { createPeer, type Peer } from '../process/peer.ts'

interface ScreenPage {
  readonly id: number
  readonly page: Page
  loaded: boolean
}

export function createScreen(child: ChildProcess, { context }: Chromium) {
  const shown = new Map<number, ScreenPage>()
  const settingsUp = new Set<Promise<void>>()

  async function pageOf(id: number): Promise<Page> {
    return (await until(() => shown.get(id))).page
  }

  async function setUpPage(id: number, preload: string | null): Promise<void> {
    for (const permission of ['geolocation', 'notifications', 'clipboard-read'])
      if (await host.call('permissionGranted', permission, 'app://mailbell')) await context.grantPermissions([permission])
    const page = await context.newPage()
    page.on('popup', (popup) => {
      const decided = host.call('windowOpenAllowed', id, toApp(popup.url()))
      decided.then((allowed) => (allowed ? undefined : popup.close())).catch(() => undefined)
    })
    await page.exposeBinding(HOST_FUNCTION, async ({ frame }, { channel, args }: { channel: string; args: unknown[] }) => {
      try {
        const from = { url: toApp(frame.url()), main: frame === page.mainFrame() }
        return { value: await host.call('invoke', id, from, channel, args) }
      } catch (error) {
        return { error: String(error) }
      }
    })
    if (preload !== null) await page.addInitScript(preloadScript(preload))
    await page.route('**/*', (route) => answerPage(host, id, page, shown.get(id)?.loaded === true, route))
    shown.set(id, { id, page, loaded: false })
  }

  const screenCalls: ScreenCalls = {
    async createWindow(id, preload) {
      const settingUp = setUpPage(id, preload)
      settingsUp.add(settingUp)
      await settingUp.finally(() => settingsUp.delete(settingUp))
    },
    async loadUrl(id, url) {
      const page = await pageOf(id)
      await page.goto(toChromium(url))
      const entry = shown.get(id)
      if (entry) entry.loaded = true
    },
    async sendToPage(id, channel, args) {
      const page = await pageOf(id)
      await page.evaluate(([name, sent, values]) => Reflect.get(window, name)?.(sent, values), [DELIVER_FUNCTION, channel, args] as const)
    },
    async destroyWindow(id) {
      // Removed from the screen at once: the answer to the call that destroyed it may arrive with this message.
      const page = shown.get(id)?.page ?? (await pageOf(id))
      shown.delete(id)
      await page.close()
    },
  }
  const host: Peer<HostCalls> = createPeer<HostCalls>(
    {
      send: (message) => {
        if (child.connected) child.send(message as object, () => undefined)
      },
      onMessage: (listener) => void child.on('message', listener),
    },
    screenCalls,
  )
  return { host, pages: () => [...shown.values()], settled: () => Promise.allSettled(settingsUp) }
}

const SUFFIX = '.app.test'

/** app://host/path is shown to Chromium as https://host.app.test/path. */
const toChromium = (url: string): string => url.replace(/^app:\/\/([^/]+)/, `https://$1${SUFFIX}`)
const toApp = (url: string): string => url.replace(/^https:\/\/([^/]+)\.app\.test/, 'app://$1')

/** No request leaves the machine: the app answers its own scheme, and every other request fails. */
async function answerPage(host: Peer<HostCalls>, id: number, page: Page, loaded: boolean, route: Route): Promise<void> {
  const request = route.request()
  const url = toApp(request.url())
  try {
    const navigates = request.isNavigationRequest() && request.frame() === page.mainFrame()
    if (navigates && loaded && (await host.call('navigationPrevented', id, url))) return await route.abort('aborted')
    if (!url.startsWith('app:')) return await route.abort('addressunreachable')
    const { status, headers, body } = await host.call('request', request.method(), url)
    await route.fulfill({ status, headers, body: Buffer.from(body) })
  } catch {
    await route.abort().catch(() => undefined)
  }
}
