/** What belongs to the whole system: theme, power, other programs, dialogs, shortcuts. */
import { existsSync, readFileSync } from 'node:fs'
import { HostEmitter } from './emitter.ts'
import type { Clipboard, Dialog, GlobalShortcut, NativeTheme, PowerMonitor, Shell } from 'electron'
import { takeFocus, withoutFocus } from './focus.ts'
import { hostCalls, scenario } from './scenario.ts'

class HostTheme extends HostEmitter {
  /** The system's theme; as in Electron, `themeSource` hides it from `shouldUseDarkColors`. */
  #systemIsDark = false
  #source: NativeTheme['themeSource'] = 'system'
  get themeSource(): NativeTheme['themeSource'] {
    return this.#source
  }
  set themeSource(source: NativeTheme['themeSource']) {
    this.#source = source
    this.emit('updated')
  }
  get shouldUseDarkColors(): boolean {
    return this.#source === 'system' ? this.#systemIsDark : this.#source === 'dark'
  }
  get shouldUseDarkColorsForSystemIntegratedUI(): boolean {
    return this.#systemIsDark
  }
  playSystem(theme: 'light' | 'dark'): void {
    this.#systemIsDark = theme === 'dark'
    this.emit('updated')
  }
}
export const nativeTheme = new HostTheme() satisfies Pick<
  NativeTheme,
  'themeSource' | 'shouldUseDarkColors' | 'shouldUseDarkColorsForSystemIntegratedUI'
>

hostCalls.playSystemTheme = (theme) => nativeTheme.playSystem(theme)

class HostPower extends HostEmitter {
  locked = false
  idleSeconds = 0
  getSystemIdleState(idleThreshold: number): ReturnType<PowerMonitor['getSystemIdleState']> {
    if (this.locked) return 'locked'
    return this.idleSeconds >= idleThreshold ? 'idle' : 'active'
  }
  getSystemIdleTime(): number {
    return this.idleSeconds
  }
}
export const powerMonitor = new HostPower() satisfies Pick<PowerMonitor, 'getSystemIdleState' | 'getSystemIdleTime'>

hostCalls.playPresence = ({ locked, idleSeconds }) => {
  powerMonitor.idleSeconds = idleSeconds
  if (powerMonitor.locked === locked) return
  powerMonitor.locked = locked
  // Electron has no such events on Linux.
  if (scenario.platform !== 'linux') powerMonitor.emit(locked ? 'lock-screen' : 'unlock-screen')
}
hostCalls.playPower = (event) => void powerMonitor.emit(event)

/** URLs opened in the system's browser. */
export const openedLinks: string[] = []
/** Files opened with the system's default program. */
export const openedFiles: string[] = []
export const shell = Object.assign(new HostEmitter(), {
  // The other program comes to the front.
  async openExternal(url: string) {
    openedLinks.push(url)
    takeFocus()
  },
  async openPath(path: string) {
    if (!existsSync(path)) return 'The file does not exist.'
    openedFiles.push(path)
    takeFocus()
    return ''
  },
}) satisfies Pick<Shell, 'openExternal' | 'openPath'>

export const copied: string[] = []
export const clipboard = {
  writeText: async (text) => void copied.push(text),
  readText: async () => copied.at(-1) ?? '',
} satisfies Pick<Clipboard, 'writeText' | 'readText'>

/**
 * GNOME 50 on Wayland refuses the shortcuts of an app without a reverse-DNS name, and Electron does not report that
 * (electron#52218).
 */
const { desktopName }: { desktopName: string } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))
const isGnomeOnWayland =
  scenario.platform === 'linux' && /gnome/i.test(process.env['XDG_CURRENT_DESKTOP'] ?? '') && process.env['WAYLAND_DISPLAY'] !== undefined
const areShortcutsDead = scenario.shortcuts === 'dead' || (isGnomeOnWayland && desktopName.replace(/\.desktop$/, '').split('.').length < 3)

/** Shortcuts that this app has registered; `scenario.takenShortcuts` belong to another program. */
const shortcuts = new Map<string, () => void>()
export const heldShortcuts = (): readonly string[] => [...shortcuts.keys()]
export const globalShortcut = {
  register(accelerator, callback) {
    if (scenario.takenShortcuts.includes(accelerator) || shortcuts.has(accelerator)) return false
    shortcuts.set(accelerator, callback)
    return true
  },
  unregister: (accelerator) => void shortcuts.delete(accelerator),
  isRegistered: (accelerator) => shortcuts.has(accelerator),
} satisfies Pick<GlobalShortcut, 'register' | 'unregister' | 'isRegistered'>
hostCalls.pressShortcut = (accelerator) => {
  if (!areShortcutsDead) shortcuts.get(accelerator)?.()
}

export const errorBoxes: string[] = []
/** The file that the next dialog returns; null cancels it. */
let picked: string | null = null
hostCalls.pickFile = (path) => void (picked = path)
export const dialog = {
  showErrorBox: (title: string, content: string) => void errorBoxes.push(`${title}: ${content}`),
  showSaveDialog: () => withoutFocus(() => ({ canceled: picked === null, filePath: picked ?? '' })),
  showOpenDialog: () => withoutFocus(() => ({ canceled: picked === null, filePaths: picked === null ? [] : [picked] })),
} satisfies Record<keyof Pick<Dialog, 'showErrorBox' | 'showSaveDialog' | 'showOpenDialog'>, unknown>
