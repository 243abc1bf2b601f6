/** `app`: ready, quitting, single instance. */
import { HostEmitter } from './emitter.ts'
import { mkdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type {
  App,
  ApplicationInfoForProtocolReturnValue,
  CommandLine,
  LoginItemSettings,
  LoginItemSettingsOptions,
  Settings,
} from 'electron'
import { getLoginItemSettings, registerToasts, setAppId, setLoginItemSettings, setScheme, setToastActivator } from './registry.ts'
import { hostCalls, preventable, scenario, switchOf } from './scenario.ts'

const { platform, home, packaged } = scenario
const userData = switchOf('user-data-dir') ?? ''
const logs = platform === 'darwin' ? join(home, 'Library', 'Logs', 'Mailbell') : join(userData, 'logs')
const paths: Readonly<Record<string, string>> = { userData, logs, temp: join(userData, 'temp') }
const packageJson: { version: string } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))

/** Each window registers itself here; all must be closed before the app exits. */
export const windowsToClose: Set<{ close(): void }> = new Set()

class HostApp extends HostEmitter {
  badge = 0
  abouts = 0
  name = 'Mailbell'
  isPackaged = packaged
  dock = undefined
  commandLine = { hasSwitch: (name: string): boolean => process.argv.includes(`--${name}`) } satisfies Pick<CommandLine, 'hasSwitch'>
  readyNow = false
  becomesReady = new Promise<void>((resolve) => {
    setTimeout(() => {
      this.readyNow = true
      registerToasts()
      this.emit('ready', {}, {})
      resolve()
    }, 0)
  })

  isReady(): boolean {
    return this.readyNow
  }
  whenReady(): Promise<void> {
    return this.becomesReady
  }
  getVersion(): string {
    return packageJson.version
  }
  getAppPath(): string {
    return fileURLToPath(new URL('../../..', import.meta.url))
  }
  getLoginItemSettings(options?: LoginItemSettingsOptions): LoginItemSettings {
    return getLoginItemSettings(options)
  }
  setLoginItemSettings(settings: Settings): void {
    setLoginItemSettings(settings)
  }
  async getApplicationInfoForProtocol(url: string): Promise<ApplicationInfoForProtocolReturnValue> {
    if (scenario.mailProgram === null || !url.startsWith('mailto:')) throw new Error('Unable to retrieve installation path to app')
    return { name: 'Mail', path: scenario.mailProgram } as ApplicationInfoForProtocolReturnValue
  }
  getName(): string {
    return this.name
  }
  getPath(name: string): string {
    const path = paths[name]
    if (path === undefined) throw new Error(`The stand-in has no path ${name}.`)
    mkdirSync(path, { recursive: true })
    return path
  }
  getLocale(): string {
    return scenario.systemLanguages[0] ?? 'en'
  }
  getPreferredSystemLanguages(): string[] {
    return [...scenario.systemLanguages]
  }
  setAppUserModelId(id: string): void {
    setAppId(id)
  }
  setToastActivatorCLSID(id: string): void {
    setToastActivator(id)
  }
  setAboutPanelOptions(_options: Electron.AboutPanelOptionsOptions): void {
    // Not used here.
  }
  showAboutPanel(): void {
    this.abouts += 1
  }
  setBadgeCount(count = 0): boolean {
    if (platform === 'win32') return false
    this.badge = count
    return true
  }
  getBadgeCount(): number {
    return this.badge
  }
  // The spec opens links in place of a desktop.
  setAsDefaultProtocolClient(scheme: string): boolean {
    setScheme(scheme, true)
    return true
  }
  removeAsDefaultProtocolClient(scheme: string): boolean {
    setScheme(scheme, false)
    return true
  }
  requestSingleInstanceLock(additionalData: Record<string, unknown> = {}): boolean {
    const dir = join(userData, 'instances')
    mkdirSync(dir, { recursive: true })
    const lock = join(dir, 'first')
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
    } catch {
      const holder = Number(readFileSync(lock, 'utf8'))
      if (isAlive(holder)) {
        writeFileSync(join(dir, `second-${process.pid}`), JSON.stringify({ argv: process.argv, additionalData }))
        return false
      }
      writeFileSync(lock, String(process.pid))
    }
    const watcher = watch(dir, (_type, name) => {
      if (!name?.startsWith('second-')) return
      try {
        const second = JSON.parse(readFileSync(join(dir, name), 'utf8'))
        rmSync(join(dir, name))
        this.emit('second-instance', {}, second.argv, dir, second.additionalData)
      } catch {
        // It may be reported twice, or incomplete; then it is reported again.
      }
    })
    watcher.unref()
    process.on('exit', () => rmSync(lock, { force: true }))
    return true
  }
  quit(): void {
    const event = preventable()
    this.emit('before-quit', event)
    if (event.defaultPrevented) return
    for (const window of windowsToClose) window.close()
    if (windowsToClose.size > 0) return
    this.emit('will-quit', preventable())
    this.emit('quit', {}, 0)
    process.exit(0)
  }
  exit(code = 0): void {
    process.exit(code)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

export const app = new HostApp() satisfies Pick<
  App,
  | 'whenReady'
  | 'isReady'
  | 'getVersion'
  | 'getPath'
  | 'getAppPath'
  | 'getLoginItemSettings'
  | 'setLoginItemSettings'
  | 'getLocale'
  | 'getPreferredSystemLanguages'
  | 'setAppUserModelId'
  | 'setToastActivatorCLSID'
  | 'setAboutPanelOptions'
  | 'showAboutPanel'
  | 'setBadgeCount'
  | 'requestSingleInstanceLock'
  | 'setAsDefaultProtocolClient'
  | 'removeAsDefaultProtocolClient'
  | 'getApplicationInfoForProtocol'
  | 'quit'
  | 'exit'
>

hostCalls.quit = () => app.quit()
hostCalls.openUrl = (url) => void app.emit('open-url', preventable(), url)
hostCalls.crashGraphics = () => void app.emit('child-process-gone', {}, { type: 'GPU', reason: 'crashed', exitCode: 139 })
hostCalls.activate = () => void app.emit('activate', {}, false)
// Without its screen, the app could no longer be seen or closed.
process.on('disconnect', () => process.exit(1))
