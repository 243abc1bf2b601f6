/** The driver of the stand-in: runs the compiled app under plain Node, with its screen in a Chromium of this process. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Chromium, launchChromium } from '../../helpers/web/chromium.ts'
import { until } from '../../helpers/until.ts'
import type { DesktopApp, LaunchOptions } from './desktop-app.ts'
import type { HostCalls } from '../host/process/calls.ts'
import { createScreen } from '../host/pages/pages.ts'
import { PAGE_URL } from '../../../main/window/app-protocol.ts'
import { GOOD_SYSTEM, type Scenario, SCENARIO_VARIABLE } from '../host/scenario.ts'
import { createPanel, sessionOf } from '../host/session.ts'
import { platform as thisPlatform } from './platform.ts'
import type { OpenScreen } from './screen.ts'

const REGISTER_PATH = fileURLToPath(new URL('../host/register.ts', import.meta.url))
const MAIN_PATH = fileURLToPath(new URL('../../../dist/main/main.js', import.meta.url))

const openOwnScreen = (): Promise<Chromium> => launchChromium({ viewport: { width: 420, height: 600 } })

/** Time for two processes and a page to start on a busy machine. */
const START_MS = 40_000

/** What only the stand-in can do. */
export interface StandIn extends DesktopApp {
  /** An IPC request as from another page, or from a frame in the app's page. */
  invokeAs(frame: { readonly url: string; readonly main: boolean }, channel: string, ...args: readonly unknown[]): Promise<unknown>
  /** The HTML of the window's page as the app serves it. */
  servedPage(): Promise<string>
  permissionGranted(permission: string): Promise<boolean>
  /** Changes the theme of the whole system. */
  systemTheme(theme: 'light' | 'dark'): Promise<void>
  /** Presses a button of a notification. */
  pressNotification(index: number, button: number): Promise<void>
  /** Locks the screen, or leaves the machine idle. Only macOS and Windows report that: on Linux the app queries it. */
  playPresence(presence: { readonly locked: boolean; readonly idleSeconds: number }): Promise<void>
  pressShortcut(accelerator: string): Promise<void>
  /** A click into the window, and one into another program. */
  blurWindow(): Promise<void>
  /** macOS: another window covers the window, or no longer does. */
  coverWindow(covered: boolean): Promise<void>
  /** Linux: the panel with the tray starts or ends. */
  playTrayHost(present: boolean): Promise<void>
  /** The scale of the display changes. */
  playScale(scaleFactor: number): Promise<void>
  /** Answers the prompt of a keyring that waits. */
  answerKeyring(answer: Parameters<HostCalls['answerKeyring']>[0]): Promise<void>
  crashPage(): Promise<void>
  crashGraphics(): Promise<void>
  /** The desktop hands over a link, as macOS does. */
  openUrl(url: string): Promise<void>
  /** Starts the app again with arguments; resolves with the output and exit code of that start. */
  startAgainWith(...args: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }>
  /** The file that the next dialog returns; null cancels it. */
  pickFile(path: string | null): Promise<void>
  /** macOS: a click on the app in the Dock or the Finder. */
  activate(): Promise<void>
}

export interface StandInOptions extends LaunchOptions {
  /** Another build of the app, the packaged one for example. */
  readonly mainPath?: string
  /** A screen in a shared browser, for example; by default a browser of its own. */
  readonly openScreen?: OpenScreen
  /** Of Chromium, on the command line of the app. */
  readonly switches?: readonly string[]
  /** Flags of Node for main and server. */
  readonly nodeFlags?: readonly string[]
}

export async function launchStandIn(options: StandInOptions): Promise<StandIn> {
  const { userDataDir, env = {}, hidden = false, switches: own = [], mainPath = MAIN_PATH, nodeFlags = [], ...others } = options
  const { openScreen = openOwnScreen, ...system } = others
  const scenario: Scenario = { ...GOOD_SYSTEM, systemLanguages: ['en-GB'], platform: thisPlatform, ...system }
  const panel = await createPanel(scenario)
  // The screen exists first, as on a real machine: earlier messages of the app would be lost.
  const chromium = await openScreen()
  const startProcess = (...switches: readonly string[]): ChildProcess =>
    fork(mainPath, [`--user-data-dir=${userDataDir}`, ...switches], {
      execArgv: ['--import', REGISTER_PATH, ...nodeFlags],
      env: panel.inPath({ ...sessionOf(scenario), ...env, [SCENARIO_VARIABLE]: JSON.stringify(scenario) }),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    })
  const child = startProcess(...own, ...(hidden ? ['--hidden'] : []))
  const output: string[] = []
  child.stdout?.on('data', (text) => output.push(String(text)))
  child.stderr?.on('data', (text) => output.push(String(text)))
  const screen = createScreen(child, chromium)
  const { host } = screen
  const windowId = (): number => screen.pages()[0]?.id ?? 0
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
    closeWindow: () => host.call('closeWindow', windowId()),
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
    invokeAs: (frame, channel, ...args) => host.call('invoke', windowId(), frame, channel, args),
    servedPage: async () => Buffer.from((await host.call('request', 'GET', PAGE_URL)).body).toString(),
    permissionGranted: (permission) => host.call('permissionGranted', permission, 'app://mailbell'),
    playPresence: (presence) => host.call('playPresence', presence),
    systemTheme: (theme) => host.call('playSystemTheme', theme),
    blurWindow: () => host.call('blurWindow', windowId()),
    coverWindow: (covered) => host.call('coverWindow', windowId(), covered),
    async playTrayHost(present) {
      await host.call('playTrayHost', present)
      await panel.set(present)
    },
    playScale: (scaleFactor) => host.call('playScale', scaleFactor),
    answerKeyring: (answer) => host.call('answerKeyring', answer),
    crashPage: () => host.call('crashPage', windowId()),
    crashGraphics: () => host.call('crashGraphics'),
    openUrl: (url) => host.call('openUrl', url),
    pressShortcut: (accelerator) => host.call('pressShortcut', accelerator),
    pickFile: (path) => host.call('pickFile', path),
    activate: () => host.call('activate'),
    pressNotification: (index, button) => host.call('pressNotification', index, button),
    async quit() {
      // The app may exit before it sends its answer, or send it while it still closes its parts.
      host.call('quit').catch(() => undefined)
      await exited
    },
    async close() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await exited
      // Playwright throws outside of every call if a page closes during its setup.
      await screen.settled()
      await chromium.close()
      await panel.close()
    },
  }
}
