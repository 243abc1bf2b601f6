/** What belongs to the whole system: theme, power, screen, dialogs, the keyring. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { HostEmitter } from './emitter.ts'
import type { Clipboard, Dialog, GlobalShortcut, NativeTheme, PowerMonitor, SafeStorage, Screen, Shell } from 'electron'
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
  powerMonitor.emit(locked ? 'lock-screen' : 'unlock-screen')
}
hostCalls.playPower = (event) => void powerMonitor.emit(event)

const display = {
  id: 1,
  scaleFactor: 1,
  workArea: { x: 0, y: 0, width: 1280, height: 760 },
  bounds: { x: 0, y: 0, width: 1280, height: 800 },
}
export const screen = Object.assign(new HostEmitter(), {
  getCursorScreenPoint: () => ({ x: 640, y: 400 }),
  getDisplayNearestPoint: () => display as Electron.Display,
  getPrimaryDisplay: () => display as Electron.Display,
  getAllDisplays: () => [display as Electron.Display],
}) satisfies Pick<Screen, 'getCursorScreenPoint' | 'getDisplayNearestPoint' | 'getPrimaryDisplay' | 'getAllDisplays'>

/** URLs opened in the system's browser. */
export const openedLinks: string[] = []
/** Files opened with the system's default program. */
export const openedFiles: string[] = []
export const shell = Object.assign(new HostEmitter(), {
  openExternal: async (url: string) => void openedLinks.push(url),
  async openPath(path: string) {
    if (!existsSync(path)) return 'The file does not exist.'
    openedFiles.push(path)
    return ''
  },
}) satisfies Pick<Shell, 'openExternal' | 'openPath'>

export const copied: string[] = []
export const clipboard = {
  writeText: async (text) => void copied.push(text),
  readText: async () => copied.at(-1) ?? '',
} satisfies Pick<Clipboard, 'writeText' | 'readText'>

/** Shortcuts that this app has registered; `scenario.takenShortcuts` belong to another program. */
const shortcuts = new Map<string, () => void>()
export const heldShortcuts = (): readonly string[] => [...shortcuts.keys()]
export const globalShortcut = {
  register(accelerator, callback) {
    if (scenario.takenShortcuts?.includes(accelerator) || shortcuts.has(accelerator)) return false
    shortcuts.set(accelerator, callback)
    return true
  },
  unregister: (accelerator) => void shortcuts.delete(accelerator),
  isRegistered: (accelerator) => shortcuts.has(accelerator),
} satisfies Pick<GlobalShortcut, 'register' | 'unregister' | 'isRegistered'>
hostCalls.pressShortcut = (accelerator) => shortcuts.get(accelerator)?.()

export const errorBoxes: string[] = []
/** The file that the next dialog returns; null cancels it. */
let picked: string | null = null
hostCalls.pickFile = (path) => void (picked = path)
export const dialog = {
  showErrorBox: (title: string, content: string) => void errorBoxes.push(`${title}: ${content}`),
  showSaveDialog: async () => ({ canceled: picked === null, filePath: picked ?? '' }),
  showOpenDialog: async () => ({ canceled: picked === null, filePaths: picked === null ? [] : [picked] }),
} satisfies Record<keyof Pick<Dialog, 'showErrorBox' | 'showSaveDialog' | 'showOpenDialog'>, unknown>

/** The key of this keyring; a locked keyring has another key than the one that encrypted. */
const key = createHash('sha256').update(`keyring ${scenario.keyring}`).digest()

export const safeStorage = {
  isAsyncEncryptionAvailable: async () => true,
  getSelectedStorageBackend: () => (scenario.keyring === 'none' ? 'basic_text' : 'gnome_libsecret'),
  async encryptStringAsync(text) {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  },
  async decryptStringAsync(encrypted) {
    const decipher = createDecipheriv('aes-256-gcm', key, encrypted.subarray(0, 12)).setAuthTag(encrypted.subarray(-16))
    return { result: decipher.update(encrypted.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8'), shouldReEncrypt: false }
  },
} satisfies Pick<SafeStorage, 'isAsyncEncryptionAvailable' | 'getSelectedStorageBackend' | 'encryptStringAsync' | 'decryptStringAsync'>
