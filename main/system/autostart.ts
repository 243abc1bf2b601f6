/** Start at login: a login item on macOS and Windows, an autostart entry on Linux. */
import type { App } from 'electron'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { APP_ID } from './app-id.ts'
import { formatAutostartEntry, isAutostartEntryEnabled } from './desktop-entry.ts'

export interface Autostart {
  /** Read from the system, where it can also be changed. */
  isEnabled(): boolean
  /** @throws if the system does not allow it */
  setEnabled(on: boolean): void
  /** Corrects an entry that names another program, such as an AppImage that was moved, or has an old name. */
  updateEntry(): void
  /** The entry's file; null for a login item. */
  readonly file: string | null
  /** Whether the system started this run, which then opens no window. */
  startedAtLogin(argv: readonly string[]): boolean
}

export interface AutostartDeps {
  readonly app: Pick<App, 'getLoginItemSettings' | 'setLoginItemSettings'>
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly execPath: string
  readonly isPackaged: boolean
  /** Before the app's own arguments: the folder of the app in development. */
  readonly appArguments: readonly string[]
  readonly home?: string
}

/** A portal names an app that started at login after this file. */
const ENTRY_NAME = `${APP_ID}.desktop`
/** Its name in releases up to 0.1.0. */
const OLD_ENTRY_NAME = 'mailbell.desktop'
const HIDDEN = '--hidden'

export function createAutostart(deps: AutostartDeps): Autostart {
  return deps.platform === 'linux' ? createDesktopEntry(deps) : createLoginItem(deps)
}

function createDesktopEntry({ env, execPath, appArguments, home = homedir() }: AutostartDeps): Autostart {
  const configured = env['XDG_CONFIG_HOME']
  // The base directory specification says to ignore a relative path.
  const folder = configured && isAbsolute(configured) ? configured : join(home, '.config')
  const [file, oldFile] = [join(folder, 'autostart', ENTRY_NAME), join(folder, 'autostart', OLD_ENTRY_NAME)]
  // In an AppImage, execPath is in a mount that disappears after this run.
  const program = env['APPIMAGE'] ? [env['APPIMAGE']] : [execPath, ...appArguments]

  function read(): string {
    try {
      return readFileSync(file, 'utf8')
    } catch {
      return ''
    }
  }
  function write(): void {
    const entry = formatAutostartEntry([...program, HIDDEN])
    mkdirSync(dirname(file), { recursive: true })
    if (read() !== entry) writeFileSync(file, entry)
  }

  return {
    file,
    startedAtLogin: (argv) => argv.includes(HIDDEN),
    isEnabled: () => isAutostartEntryEnabled(read()),
    setEnabled(on) {
      if (on) write()
      else rmSync(file, { force: true })
    },
    updateEntry() {
      if (existsSync(oldFile)) renameSync(oldFile, file)
      if (isAutostartEntryEnabled(read())) write()
    },
  }
}

function createLoginItem({ app, platform, env, execPath, isPackaged, appArguments }: AutostartDeps): Autostart {
  // The portable program of Windows runs from a folder that disappears after this run.
  const path = env['PORTABLE_EXECUTABLE_FILE'] ?? execPath
  // Windows finds an entry only by the same arguments; macOS takes none, but reports whether it started the app.
  const item = platform === 'win32' ? { path, args: [...appArguments, HIDDEN] } : {}
  // macOS would start the bare Electron instead of an app in development.
  const canStart = platform === 'win32' || isPackaged
  return {
    file: null,
    startedAtLogin: (argv) => argv.includes(HIDDEN) || app.getLoginItemSettings(item).wasOpenedAtLogin,
    isEnabled() {
      const { openAtLogin, executableWillLaunchAtLogin } = app.getLoginItemSettings(item)
      // Windows keeps an entry that was disabled in the Task Manager.
      return canStart && openAtLogin && (platform !== 'win32' || executableWillLaunchAtLogin)
    },
    setEnabled(on) {
      if (on && !canStart) throw new Error('Only an installed Mailbell can start at login.')
      app.setLoginItemSettings({ ...item, openAtLogin: on })
    },
    updateEntry: () => undefined,
  }
}
