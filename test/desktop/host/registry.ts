/** What a system stores about apps, in a file of the machine, so that it outlives the app. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LoginItemSettings, LoginItemSettingsOptions, Settings } from 'electron'
import { scenario } from './scenario.ts'

interface Stored {
  /** Windows: path and arguments of each entry under `Run`. macOS: the name of the app. */
  readonly loginItems: readonly string[]
  /** URL schemes of the app. */
  readonly schemes: readonly string[]
}

const { platform, home, packaged } = scenario
const FILE = join(home, 'registry.json')

function read(): Stored {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8'))
  } catch {
    return { loginItems: [], schemes: [] }
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
