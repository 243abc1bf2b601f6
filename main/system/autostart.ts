/** Starting at login: by the system's own list on macOS and Windows, by an autostart entry on Linux. */
import type { App } from 'electron'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { formatAutostartEntry, isAutostartEntryEnabled } from './desktop-entry.ts'

export interface Autostart {
  /** What the system says, whoever switched it on or off. */
  isEnabled(): boolean
  /** @throws where the system does not let it */
  setEnabled(on: boolean): void
  /** An entry that is there is written anew where it names another program: an AppImage that was moved, for example. */
  updateEntry(): void
  /** The file that it stands in, where it is one. */
  readonly file: string | null
  /** Whether the system has started this run, which then shows no window by itself. */
  startedAtLogin(argv: readonly string[]): boolean
}

export interface AutostartDeps {
  readonly app: Pick<App, 'getLoginItemSettings' | 'setLoginItemSettings'>
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly execPath: string
  /** What this program was started with before its own switches: the folder of the app where it is not packaged. */
  readonly appArguments: readonly string[]
  readonly home?: string
}

/** As `desktopName` in package.json: a desktop knows by it that entry and window belong together. */
const ENTRY_NAME = 'mailbell.desktop'
const HIDDEN = '--hidden'

export function createAutostart(deps: AutostartDeps): Autostart {
  return deps.platform === 'linux' ? createEntry(deps) : createLoginItem(deps)
}

function createEntry({ env, execPath, appArguments, home = homedir() }: AutostartDeps): Autostart {
  const configured = env['XDG_CONFIG_HOME']
  // The base directory specification asks to ignore a relative path.
  const folder = configured && isAbsolute(configured) ? configured : join(home, '.config')
  const file = join(folder, 'autostart', ENTRY_NAME)
  // Within an AppImage execPath is in a mount that is gone after this run.
  const program = env['APPIMAGE'] ? [env['APPIMAGE']] : [execPath, ...appArguments]

  function read(): string {
    try {
      return readFileSync(file, 'utf8')
    } catch {
      return ''
    }
  }
  function write(): void {
    const entry = formatAutostartEntry({ name: 'Mailbell', command: [...program, HIDDEN] })
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
      if (isAutostartEntryEnabled(read())) write()
    },
  }
}

function createLoginItem({ app, platform, execPath, appArguments }: AutostartDeps): Autostart {
  // Windows finds an entry again only by the same arguments; macOS takes none, but says whether it has started the app.
  const item = platform === 'win32' ? { path: execPath, args: [...appArguments, HIDDEN] } : {}
  return {
    file: null,
    startedAtLogin: (argv) => argv.includes(HIDDEN) || app.getLoginItemSettings(item).wasOpenedAtLogin,
    isEnabled() {
      const { openAtLogin, executableWillLaunchAtLogin } = app.getLoginItemSettings(item)
      // Windows keeps an entry that was switched off in its Task Manager.
      return openAtLogin && (platform !== 'win32' || executableWillLaunchAtLogin)
    },
    setEnabled: (on) => app.setLoginItemSettings({ ...item, openAtLogin: on }),
    updateEntry: () => undefined,
  }
}
