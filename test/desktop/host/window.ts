/** BrowserWindow over a page of the screen, with its focus and its navigation. */
import { HostEmitter } from './emitter.ts'
import { readFileSync } from 'node:fs'
import type { BrowserWindow as ElectronWindow, BrowserWindowConstructorOptions, WebContents } from 'electron'
import { app, windowsToClose } from './app.ts'
import type { Bounds, ShownWindow } from './process/calls.ts'
import { focusable } from './focus.ts'
import { hostCalls, preventable, screenPeer, scenario } from './scenario.ts'

class HostContents extends HostEmitter {
  readonly id: number
  windowOpenHandler: Parameters<WebContents['setWindowOpenHandler']>[0] | null = null

  constructor(id: number) {
    super()
    this.id = id
  }
  send(channel: string, ...args: unknown[]): void {
    // A message to a page that is not open is lost, as in Electron.
    screenPeer.call('sendToPage', this.id, channel, args).catch(() => undefined)
  }
  isDevToolsOpened(): boolean {
    return false
  }
  setWindowOpenHandler(handler: Parameters<WebContents['setWindowOpenHandler']>[0]): void {
    this.windowOpenHandler = handler
  }
}
type Contents = HostContents & Pick<WebContents, 'id' | 'send' | 'isDevToolsOpened' | 'setWindowOpenHandler'>

let nextId = 1
const windows = new Map<number, HostWindow>()

export class HostWindow extends HostEmitter {
  readonly id = nextId++
  readonly webContents: Contents = new HostContents(this.id) as Contents
  readonly options: BrowserWindowConstructorOptions
  overlay: string | null = null
  #visible: boolean
  #focused = false
  #covered = false
  #minimized = false
  #bounds: Bounds = { x: 0, y: 0, width: 800, height: 600 }
  readonly #made: Promise<void>

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super()
    this.options = options
    this.#visible = options.show ?? true
    windows.set(this.id, this)
    windowsToClose.add(this)
    focusable.add(this)
    const { preload } = options.webPreferences ?? {}
    this.#made = screenPeer.call('createWindow', preload === undefined ? null : readFileSync(preload, 'utf8'))
    app.emit('web-contents-created', {}, this.webContents)
  }
  static getAllWindows(): HostWindow[] {
    return [...windows.values()]
  }
  async loadURL(url: string): Promise<void> {
    await this.#made
    await screenPeer.call('loadUrl', this.id, url)
  }
  show(): void {
    this.#visible = true
    this.#covered = false
    this.emit('show')
    this.focus()
  }
  /** The system may refuse it: a program must not take the focus from another one. */
  focus(): void {
    if (scenario.focus === 'given') this.getFocus()
  }
  /** As when the user clicks into it. */
  getFocus(): void {
    if (!this.#visible || this.#focused) return
    this.#focused = true
    this.cover(false)
    this.emit('focus')
  }
  blur(): void {
    if (!this.#focused) return
    this.#focused = false
    this.emit('blur')
    // What has the focus now may cover it.
    if (this.#visible) this.cover(true)
  }
  /** macOS reports a covered window as hidden, which it is not (windowDidChangeOcclusionState in electron_ns_window_delegate.mm). */
  cover(covered: boolean): void {
    if (scenario.platform !== 'darwin' || this.#covered === covered) return
    this.#covered = covered
    this.emit(covered ? 'hide' : 'show')
  }
  hide(): void {
    if (!this.#visible) return
    this.#visible = false
    this.blur()
    this.emit('hide')
  }
  /** Of a hidden window: shows it minimised (NativeWindowViews::Minimize). */
  minimize(): void {
    this.#minimized = true
    if (!this.#visible) {
      this.#visible = true
      this.emit('show')
    }
    this.blur()
    this.emit('minimize')
  }
  isFocused(): boolean {
    return this.#focused
  }
  isVisible(): boolean {
    // A minimised window is visible, except on macOS.
    return this.#visible && !(scenario.platform === 'darwin' && this.#minimized)
  }
  isMinimized(): boolean {
    return this.#minimized
  }
  restore(): void {
    this.#minimized = false
    this.emit('restore')
  }
  isDestroyed(): boolean {
    return !windows.has(this.id)
  }
  getBounds(): Bounds {
    return this.#bounds
  }
  setBounds(bounds: Partial<Bounds>): void {
    this.#bounds = { ...this.#bounds, ...bounds }
  }
  setOverlayIcon(_image: unknown, description: string): void {
    this.overlay = description
  }
  close(): void {
    const event = preventable()
    this.emit('close', event)
    if (!event.defaultPrevented) this.destroy()
  }
  destroy(): void {
    if (!windows.delete(this.id)) return
    windowsToClose.delete(this)
    focusable.delete(this)
    screenPeer.call('destroyWindow', this.id).catch(() => undefined)
    this.emit('closed')
    if (windows.size > 0) return
    if (app.listenerCount('window-all-closed') === 0) app.quit()
    else app.emit('window-all-closed')
  }
}
HostWindow satisfies new (
  options?: BrowserWindowConstructorOptions,
) => Pick<
  ElectronWindow,
  | 'loadURL'
  | 'show'
  | 'hide'
  | 'focus'
  | 'blur'
  | 'minimize'
  | 'isFocused'
  | 'isVisible'
  | 'isMinimized'
  | 'restore'
  | 'isDestroyed'
  | 'getBounds'
  | 'setBounds'
  | 'setOverlayIcon'
  | 'close'
  | 'destroy'
>

const shownWindow = (window: HostWindow): ShownWindow => ({
  id: window.id,
  visible: window.isVisible(),
  minimized: window.isMinimized(),
  bounds: window.getBounds(),
  webPreferences: { ...window.options.webPreferences },
  overlay: window.overlay,
  hasIcon: window.options.icon !== undefined,
})

export const shownWindows = (): readonly ShownWindow[] => HostWindow.getAllWindows().map(shownWindow)

function contentsOf(windowId: number): Contents {
  const window = windows.get(windowId)
  if (!window) throw new Error(`There is no window ${windowId}.`)
  return window.webContents
}

hostCalls.navigationPrevented = (windowId, url) => {
  const event = preventable()
  contentsOf(windowId).emit('will-navigate', event, url)
  return event.defaultPrevented
}
hostCalls.windowOpenAllowed = (windowId, url) => {
  const handler = contentsOf(windowId).windowOpenHandler
  const details = { url, frameName: '', features: '', disposition: 'new-window', referrer: { url: '', policy: 'default' } } as const
  return handler === null || handler(details).action === 'allow'
}
hostCalls.blurWindow = (windowId) => {
  windows.get(windowId)?.getFocus()
  windows.get(windowId)?.blur()
}
hostCalls.coverWindow = (windowId, covered) => windows.get(windowId)?.cover(covered)
hostCalls.crashPage = (windowId) => void contentsOf(windowId).emit('render-process-gone', {}, { reason: 'crashed', exitCode: 139 })
hostCalls.closeWindow = (windowId) => windows.get(windowId)?.close()
