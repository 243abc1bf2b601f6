/**
 * What Electron registers on Windows at each start, so that notifications find the app: a shortcut in the Start menu and a class
 * in the registry (`EnsureShortcut` and `EnsureCLSIDRegistry` in its `windows_toast_activator.cc`).
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { windowsIds } from './app-id.ts'

export interface WindowsRegistration {
  /** The file of the shortcut; null if it is not the app's own. */
  readonly shortcut: string | null
  /** Keys of the registry. */
  readonly keys: readonly string[]
  removeKeys(): void
}

export interface WindowsRegistrationDeps {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly execPath: string
  readonly isPackaged: boolean
}

const PRODUCT = 'Mailbell'

export function createWindowsRegistration({ platform, env, execPath, isPackaged }: WindowsRegistrationDeps): WindowsRegistration {
  if (platform !== 'win32') return { shortcut: null, keys: [], removeKeys: () => undefined }
  // The installer creates the same shortcut, and its uninstaller removes it. A bare Electron's is named after Electron.
  const isOwn = isPackaged && !existsSync(join(dirname(execPath), `Uninstall ${PRODUCT}.exe`))
  const menu = join(env['APPDATA'] ?? '', 'Microsoft', 'Windows', 'Start Menu', 'Programs')
  const key = `HKCU\\Software\\Classes\\CLSID\\${windowsIds(isPackaged).toastActivator}`
  return {
    shortcut: isOwn ? join(menu, `${PRODUCT}.lnk`) : null,
    keys: [key],
    removeKeys() {
      const reg = env['SystemRoot'] === undefined ? 'reg' : join(env['SystemRoot'], 'System32', 'reg.exe')
      try {
        execFileSync(reg, ['delete', key, '/f'], { stdio: 'ignore', windowsHide: true })
      } catch {
        // There is none, or the system's policy forbids it.
      }
    },
  }
}
