/** A user's machine: a home folder that outlives the app, a demo mailbox, and the apps started on the machine. */
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { dataDirOf } from '../../../server/platform/data-dir.ts'
import { type DemoMessage, openDemoMailbox } from '../../../server/demo/mailbox.ts'
import { temporaryFolder } from '../../helpers/tmp.ts'
import type { DesktopApp, LaunchOptions } from './desktop-app.ts'
import { needs } from '../../helpers/parts.ts'
import { foldersOf } from '../host/session.ts'
import { on, platform } from './platform.ts'
import { launchElectron } from './real-electron.ts'
import type { OpenScreen } from './screen.ts'
import { launchStandIn, type StandIn, type StandInOptions } from './stand-in.ts'

/** The folders are where the platform has them. */
export interface Machine {
  readonly home: string
  readonly userDataDir: string
  readonly logDir: string
  readonly dataDir: string
  readonly configDir: string
  /** Starts the app, on real Electron where MAILBELL_E2E=electron. */
  start(options?: Partial<LaunchOptions>): Promise<DesktopApp>
  /** Starts the app on the stand-in, for events that only it can simulate. */
  startStandIn(options?: Partial<StandInOptions>): Promise<StandIn>
  /** Delivers a message to the demo mailbox, as `mailbell deliver demo` does. */
  deliver(message?: DemoMessage): void
  /** Marks its messages read, as `mailbell read demo` does. */
  read(): void
  close(): Promise<void>
}

export const onElectron = process.env['MAILBELL_E2E'] === 'electron'
/** Real Electron brings its own Chromium. */
export const hasScreen = onElectron || needs('chromium')
/** Playwright starts Electron with `--password-store=basic`, which is no keyring on Linux. */
export const hasKeyring = !onElectron || process.platform !== 'linux'

/** @param openScreen for apps on the stand-in */
export async function createMachine(openScreen?: OpenScreen): Promise<Machine> {
  const folder = await temporaryFolder()
  const screen = openScreen && { openScreen }
  const { logDir, ...places } = foldersOf(platform, join(folder.path, 'home'))
  const folders = { ...places, dataDir: dataDirOf({}, platform, () => places.home) }
  if (on('darwin')) await ignoreCase(folders)
  const started: DesktopApp[] = []

  function keep<App extends DesktopApp>(app: App): App {
    started.push(app)
    return app
  }

  /** Skips the first run, unless the spec requests it. */
  async function passFirstPage({ firstRun = false, userDataDir = folders.userDataDir }: Partial<LaunchOptions> = {}): Promise<void> {
    if (firstRun) return
    await mkdir(userDataDir, { recursive: true })
    await writeFile(join(userDataDir, 'settings.json'), '{"welcomed":true}', { flag: 'wx' }).catch(() => undefined)
  }

  function inDemo(change: (mailbox: ReturnType<typeof openDemoMailbox>) => void): void {
    const mailbox = openDemoMailbox(folders.dataDir)
    change(mailbox)
    mailbox.close()
  }

  return {
    ...folders,
    logDir,
    async start(options) {
      await passFirstPage(options)
      return keep(await (onElectron ? launchElectron : launchStandIn)({ ...folders, ...screen, ...options }))
    },
    async startStandIn(options) {
      await passFirstPage(options)
      return keep(await launchStandIn({ ...folders, ...screen, ...options }))
    },
    deliver: (message) => inDemo((mailbox) => mailbox.deliver('demo', message)),
    read: () => inDemo((mailbox) => void mailbox.read('demo')),
    async close() {
      await Promise.all(started.map((app) => app.close()))
      await folder.remove()
    },
  }
}

/** APFS makes no difference between upper and lower case: `mailbell`, where a server's data was at first, is the app's folder. */
async function ignoreCase({ userDataDir }: Pick<Machine, 'userDataDir'>): Promise<void> {
  await mkdir(userDataDir, { recursive: true })
  await symlink(userDataDir, join(dirname(userDataDir), 'mailbell'))
}
