/** The screen of the stand-in: a page of Chromium for each window, whose requests, messages and navigation go to the app. */
import type { ChildProcess } from 'node:child_process'
import type { Page, Route } from 'playwright-core'
import type { Chromium } from '../../../helpers/web/chromium.ts'
import { until } from '../../../helpers/until.ts'
import type { HostCalls, ScreenCalls } from '../process/calls.ts'
import { DELIVER_FUNCTION, HOST_FUNCTION, preloadScript } from './page-preload.ts'
import { createLauncher, type Launcher } from './launcher.ts'
import { createPeer, type Peer } from '../process/peer.ts'

interface ScreenPage {
  readonly id: number
  readonly page: Page
  loaded: boolean
}

export function createScreen(child: ChildProcess, { context }: Chromium) {
  const shown = new Map<number, ScreenPage>()
  const opening = new Map<number, Promise<void>>()
  const contextReady = setUpContext()
  let preloadReady: Promise<unknown> | null = null

  /** What all pages share, while the app starts: Electron has no such work when a window opens. */
  async function setUpContext(): Promise<Launcher> {
    await context.route('**/*', (route) => answerPage(host, route))
    await context.exposeBinding(HOST_FUNCTION, async ({ page, frame }, { channel, args }: { channel: string; args: unknown[] }) => {
      try {
        const { id } = await until(() => [...shown.values()].find((entry) => entry.page === page))
        return { value: await host.call('invoke', id, { url: toApp(frame.url()), main: frame === page.mainFrame() }, channel, args) }
      } catch (error) {
        return { error: String(error) }
      }
    })
    return await createLauncher(context)
  }

  async function openPage(id: number, url: string): Promise<void> {
    const launcher = await contextReady
    for (const permission of ['geolocation', 'notifications', 'clipboard-read'])
      if (await host.call('permissionGranted', permission, 'app://mailbell')) await context.grantPermissions([permission])
    const page = await launcher.open(toChromium(url))
    const entry = { id, page, loaded: false }
    shown.set(id, entry)
    page.on('popup', (popup) => {
      const decided = host.call('windowOpenAllowed', id, toApp(popup.url()))
      decided.then((allowed) => (allowed ? undefined : popup.close())).catch(() => undefined)
    })
    await page.waitForLoadState()
    await page.route('**/*', async (route) => ((await isPrevented(host, id, page, route)) ? route.abort('aborted') : route.fallback()))
    entry.loaded = true
  }

  const screenCalls: ScreenCalls = {
    async createWindow(preload) {
      if (preload !== null) await (preloadReady ??= context.addInitScript(preloadScript(preload)))
    },
    async loadUrl(id, url) {
      const opened = openPage(id, url)
      opening.set(id, opened)
      await opened.finally(() => opening.delete(id))
    },
    async sendToPage(id, channel, args) {
      const { page } = await until(() => shown.get(id))
      await page.evaluate(([name, sent, values]) => Reflect.get(window, name)?.(sent, values), [DELIVER_FUNCTION, channel, args] as const)
    },
    async destroyWindow(id) {
      // Removed from the screen at once: the answer to the call that destroyed it may arrive with this message.
      const { page } = shown.get(id) ?? (await until(() => shown.get(id)))
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
  return { host, pages: () => [...shown.values()], settled: () => Promise.allSettled([contextReady, ...opening.values()]) }
}

const SUFFIX = '.app.test'

/** app://host/path is shown to Chromium as https://host.app.test/path. */
const toChromium = (url: string): string => url.replace(/^app:\/\/([^/]+)/, `https://$1${SUFFIX}`)
const toApp = (url: string): string => url.replace(/^https:\/\/([^/]+)\.app\.test/, 'app://$1')

/** A page that is loaded navigates only with the app's permission. */
async function isPrevented(host: Peer<HostCalls>, id: number, page: Page, route: Route): Promise<boolean> {
  const request = route.request()
  const navigates = request.isNavigationRequest() && request.frame() === page.mainFrame()
  return navigates && (await host.call('navigationPrevented', id, toApp(request.url())))
}

/** No request leaves the machine: the app answers its own scheme, and every other request fails. */
async function answerPage(host: Peer<HostCalls>, route: Route): Promise<void> {
  const request = route.request()
  const url = toApp(request.url())
  try {
    if (!url.startsWith('app:')) return await route.abort('addressunreachable')
    const { status, headers, body } = await host.call('request', request.method(), url)
    await route.fulfill({ status, headers, body: Buffer.from(body) })
  } catch {
    await route.abort().catch(() => undefined)
  }
}
