/** What a system stores about apps, in a file of the machine, so that it outlives the app. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LoginItemSettings, LoginItemSettingsOptions, Settings } from 'electron'
import { randomUUID } from 'node:crypto'
import { scenario } from './scenario.ts'

interface Stored {
  /** Windows: path and arguments of each entry under `Run`. macOS: the name of the app. */
  readonly loginItems: readonly string[]
  /** URL schemes of the app. */
  readonly schemes: readonly string[]
  /** Windows: the keys of classes that receive the clicks on notifications. */
  readonly classes: readonly string[]
}

const { platform, home, packaged } = scenario
const FILE = join(home, 'registry.json')

function read(): Stored {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8'))
  } catch {
    return { loginItems: [], schemes: [], classes: [] }
  }
}

function write(change: Partial<Stored>): void {
  mkdirSync(home, { recursive: true })
  writeFileSync(FILE, JSON.stringify({ ...read(), ...change }))
}

const withItem = (items: readonly string[], item: string, isIn: boolean): readonly string[] => [
  ...items.filter((each) => each !== item),
  ...(isIn ? [item] : []),
]

/** As Windows compares them: only the same program with the same arguments is the same entry. */
function itemOf({ path = process.execPath, args = [] }: Pick<LoginItemSettingsOptions, 'path' | 'args'>): string {
  if (platform === 'win32') return [`"${path}"`, ...args].join(' ')
  // macOS registers the bundle that runs: in development, that is Electron's own.
  return packaged ? 'Mailbell.app' : 'Electron.app'
}

export const loginItems = (): readonly string[] => read().loginItems

export function getLoginItemSettings(options: LoginItemSettingsOptions = {}): LoginItemSettings {
  const items = loginItems()
  const item = itemOf(options)
  const [program = ''] = item.split('" ')
  const openAtLogin = items.includes(item)
  return {
    openAtLogin,
    executableWillLaunchAtLogin: platform === 'win32' && items.some((each) => each.startsWith(program)),
    wasOpenedAtLogin: false,
    status: platform === 'darwin' && openAtLogin ? 'enabled' : 'not-registered',
    launchItems: [],
  }
}

export const setLoginItemSettings = ({ openAtLogin = false, ...options }: Settings): void =>
  write({ loginItems: withItem(loginItems(), itemOf(options), openAtLogin) })

export const setScheme = (scheme: string, isOurs: boolean): void => write({ schemes: withItem(read().schemes, scheme, isOurs) })

export const registered = (): Pick<Stored, 'schemes' | 'classes'> => read()

/** Windows: app id and class of notifications; without a class of its own, an app gets another one in each run. */
const toasts = { appId: '', activator: `{${randomUUID().toUpperCase()}}` }
export const setAppId = (id: string): void => void (toasts.appId = id)
export const setToastActivator = (id: string): void => void (toasts.activator = id)

/** As `EnsureShortcut` and `EnsureCLSIDRegistry` of Electron: the shortcut is named after the program, and its class is kept. */
export function registerToasts(): void {
  if (platform !== 'win32' || toasts.appId === '') return
  const folder = join(process.env['APPDATA'] ?? '', 'Microsoft', 'Windows', 'Start Menu', 'Programs')
  const file = join(folder, packaged ? 'Mailbell.lnk' : 'Electron.lnk')
  mkdirSync(folder, { recursive: true })
  if (existsSync(file)) toasts.activator = JSON.parse(readFileSync(file, 'utf8')).activator
  writeFileSync(file, JSON.stringify(toasts))
  write({ classes: withItem(read().classes, `HKCU\\Software\\Classes\\CLSID\\${toasts.activator}`, true) })
}
