/** The driver of the stand-in: runs the compiled app under plain Node, with its screen in a Chromium of this process. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Page, Route } from 'playwright-core'
import { type Chromium, launchChromium } from '../helpers/chromium.ts'
import { until } from '../helpers/until.ts'
import type { DesktopApp, LaunchOptions } from './desktop-app.ts'
import type { OpenScreen } from './screen.ts'
import { type HostCalls, type ScreenCalls, type Scenario, SCENARIO_VARIABLE } from './host/calls.ts'
import { DELIVER_FUNCTION, HOST_FUNCTION, preloadScript } from './host/page-preload.ts'
import { createPeer, type Peer } from './host/peer.ts'

const REGISTER_PATH = fileURLToPath(new URL('host/register.ts', import.meta.url))
const MAIN_PATH = fileURLToPath(new URL('../../dist/main/main.js', import.meta.url))

/** Time for two processes and a page to start on a busy machine. */
const START_MS = 40_000

/** What only the stand-in can do. */
export interface StandIn extends DesktopApp {
  /** An IPC request as from another page, or from a frame in the app's page. */
  invokeAs(frame: { readonly url: string; readonly main: boolean }, channel: string, ...args: readonly unknown[]): Promise<unknown>
  permissionGranted(permission: string): Promise<boolean>
  /** Changes the theme of the whole system. */
  systemTheme(theme: 'light' | 'dark'): Promise<void>
  /** Presses a button of a notification. */
  pressNotification(index: number, button: number): Promise<void>
  /** Locks the screen, or leaves the machine idle. */
  playPresence(presence: { readonly locked: boolean; readonly idleSeconds: number }): Promise<void>
  pressShortcut(accelerator: string): Promise<void>
  /** Moves the focus to another window. */
  blurWindow(): Promise<void>
  crashPage(): Promise<void>
  crashGraphics(): Promise<void>
  /** The desktop hands over a link, as macOS does. */
  openUrl(url: string): Promise<void>
  /** Starts the app again with arguments; resolves with the output and exit code of that start. */
  startAgainWith(...args: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }>
  /** The file that the next dialog returns; null cancels it. */
  pickFile(path: string | null): Promise<void>
}

export interface StandInOptions extends LaunchOptions {
  /** Another build of the app, the packaged one for example. */
  readonly mainPath?: string
  /** A screen in a shared browser, for example; by default a browser of its own. */
  readonly openScreen?: OpenScreen
  /** Flags of Node for main and server. */
  readonly nodeFlags?: readonly string[]
}

export async function launchStandIn(options: StandInOptions): Promise<StandIn> {
  const {
    userDataDir,
    dataDir,
    configDir,
    env = {},
    hidden = false,
    systemLanguages = ['en-GB'],
    keyring = 'there',
    takenShortcuts = [],
    hasty = false,
    proxy = 'DIRECT',
    mainPath = MAIN_PATH,
    openScreen = () => launchChromium({ viewport: { width: 380, height: 560 } }),
    nodeFlags = [],
  } = options
  const scenario: Scenario = { systemLanguages, keyring, takenShortcuts, hasty, proxy }
  // The screen exists first, as on a real machine: earlier messages of the app would be lost.
  const chromium = await openScreen()
  const startProcess = (...switches: readonly string[]): ChildProcess =>
    fork(mainPath, [`--user-data-dir=${userDataDir}`, ...switches], {
      execArgv: ['--import', REGISTER_PATH, ...nodeFlags],
      env: {
        ...process.env,
        ...env,
        XDG_CURRENT_DESKTOP: 'XFCE',
        XDG_CONFIG_HOME: configDir,
        MAILBELL_DATA_DIR: dataDir,
        [SCENARIO_VARIABLE]: JSON.stringify(scenario),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    })
  const child = startProcess(...(hidden ? ['--hidden'] : []))
  const output: string[] = []
  child.stdout?.on('data', (text) => output.push(String(text)))
  child.stderr?.on('data', (text) => output.push(String(text)))
  const screen = createScreen(child, chromium)
  const { host } = screen
  const exited = once(child, 'exit').then(([code]): number | null => {
    host.close(`The app has ended with ${String(code)}. ${output.join('')}`)
    return code
  })

  return {
    exited,
    shown: () => host.call('shown'),
    page: () => until(() => screen.pages().find(({ loaded }) => loaded)?.page, START_MS),
    clickTray: () => host.call('clickTray'),
    clickMenuItem: (label) => host.call('clickMenuItem', label),
    clickNotification: (index) => host.call('clickNotification', index),
    closeWindow: () => host.call('closeWindow', screen.pages()[0]?.id ?? 0),
    async startAgainWith(...args) {
      const second = startProcess(...args)
      const lines: string[] = []
      second.stderr?.on('data', (text) => lines.push(String(text)))
      const [code] = await once(second, 'close')
      return { code, output: lines.join('') }
    },
    startAgain: async () => (await once(startProcess(), 'exit'))[0],
    suspend: () => host.call('playPower', 'suspend'),
    resume: () => host.call('playPower', 'resume'),
    serverPids: () => host.call('serverPids'),
    invokeAs: (frame, channel, ...args) => host.call('invoke', screen.pages()[0]?.id ?? 0, frame, channel, args),
    permissionGranted: (permission) => host.call('permissionGranted', permission, 'app://mailbell'),
    playPresence: (presence) => host.call('playPresence', presence),
    systemTheme: (theme) => host.call('playSystemTheme', theme),
    blurWindow: () => host.call('blurWindow', screen.pages()[0]?.id ?? 0),
    crashPage: () => host.call('crashPage', screen.pages()[0]?.id ?? 0),
    crashGraphics: () => host.call('crashGraphics'),
    openUrl: (url) => host.call('openUrl', url),
    pressShortcut: (accelerator) => host.call('pressShortcut', accelerator),
    pickFile: (path) => host.call('pickFile', path),
    pressNotification: (index, button) => host.call('pressNotification', index, button),
    async quit() {
      // The answer may be lost: the app may be gone before it is sent.
      await Promise.race([host.call('quit'), exited])
    },
    async close() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await exited
      // Playwright throws outside of every call if a page closes during its setup.
      await screen.settled()
      await chromium.close()
    },
  }
}

interface ScreenPage {
  readonly id: number
  readonly page: Page
  loaded: boolean
}

/** The screen: a page for each window, whose requests, messages and navigation go to the app. */
function createScreen(child: ChildProcess, { context }: Chromium) {
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
