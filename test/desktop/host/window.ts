/** BrowserWindow over a page of the screen, with what reaches the app from that page: requests, IPC, navigation. */
import { HostEmitter } from './emitter.ts'
import { readFileSync } from 'node:fs'
import type {
  BrowserWindow as ElectronWindow,
  BrowserWindowConstructorOptions,
  IpcMain,
  IpcMainInvokeEvent,
  Protocol,
  Session,
  WebContents,
} from 'electron'
import { app, windowsToClose } from './app.ts'
import type { PageFrame, ShownWindow } from './calls.ts'
import { hostCalls, preventable, screenPeer, scenario } from './scenario.ts'

type Handler = Parameters<IpcMain['handle']>[1]

const ipcHandlers = new Map<string, Handler>()
export const ipcMain = Object.assign(new HostEmitter(), {
  handle: (channel: string, handler: Handler) => void ipcHandlers.set(channel, handler),
  removeHandler: (channel: string) => void ipcHandlers.delete(channel),
}) satisfies Pick<IpcMain, 'handle' | 'removeHandler'>

const schemes = new Map<string, (request: Request) => Response | Promise<Response>>()
export const protocol = {
  registerSchemesAsPrivileged() {
    if (app.isReady()) throw new Error('registerSchemesAsPrivileged must be called before the app is ready.')
  },
  handle: (scheme, handler) => void schemes.set(scheme, handler as (request: Request) => Response | Promise<Response>),
} satisfies Pick<Protocol, 'registerSchemesAsPrivileged' | 'handle'>

let checkPermission: Parameters<Session['setPermissionCheckHandler']>[0] = null
let requestPermission: Parameters<Session['setPermissionRequestHandler']>[0] = null
const defaultSession = {
  protocol,
  resolveProxy: async (_url: string) => scenario.proxy ?? 'DIRECT',
  setPermissionCheckHandler: (handler) => void (checkPermission = handler),
  setPermissionRequestHandler: (handler) => void (requestPermission = handler),
} satisfies Pick<Session, 'resolveProxy' | 'setPermissionCheckHandler' | 'setPermissionRequestHandler'> & { protocol: typeof protocol }
export const session = { defaultSession }

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
  #bounds = { x: 0, y: 0, width: 800, height: 600 }
  readonly #made: Promise<void>

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super()
    this.options = options
    this.#visible = options.show ?? true
    windows.set(this.id, this)
    windowsToClose.add(this)
    const { preload } = options.webPreferences ?? {}
    this.#made = screenPeer.call('createWindow', this.id, preload === undefined ? null : readFileSync(preload, 'utf8'))
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
    this.emit('show')
  }
  hide(): void {
    this.#visible = false
    this.emit('hide')
  }
  focus(): void {
    this.emit('focus')
  }
  isVisible(): boolean {
    return this.#visible
  }
  isMinimized(): boolean {
    return false
  }
  restore(): void {
    // Never minimised here.
  }
  isDestroyed(): boolean {
    return !windows.has(this.id)
  }
  getBounds(): { x: number; y: number; width: number; height: number } {
    return this.#bounds
  }
  setBounds(bounds: Partial<{ x: number; y: number; width: number; height: number }>): void {
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
  webPreferences: { ...window.options.webPreferences },
  overlay: window.overlay,
})

export const shownWindows = (): readonly ShownWindow[] => HostWindow.getAllWindows().map(shownWindow)

function contentsOf(windowId: number): Contents {
  const window = windows.get(windowId)
  if (!window) throw new Error(`There is no window ${windowId}.`)
  return window.webContents
}

function frameOf({ url, main }: PageFrame): unknown {
  const { protocol: scheme, host } = new URL(url)
  const origin = `${scheme}//${host}`
  return { url, origin, detached: false, parent: main ? null : { url: 'app://mailbell/index.html', parent: null } }
}

hostCalls.request = async (method, url) => {
  const handler = schemes.get(new URL(url).protocol.slice(0, -1))
  if (!handler) return { status: 404, headers: {}, body: new Uint8Array() }
  // Node's Request class accepts only http addresses; a plain object of the same shape can have any.
  const response = await handler({ method, url, headers: new Headers() } as Request)
  return { status: response.status, headers: Object.fromEntries(response.headers), body: new Uint8Array(await response.arrayBuffer()) }
}
hostCalls.invoke = async (windowId, frame, channel, args) => {
  const handler = ipcHandlers.get(channel)
  if (!handler) throw new Error(`No handler registered for '${channel}'`)
  const event = { type: 'frame', sender: contentsOf(windowId), senderFrame: frameOf(frame), frameId: 1, processId: 1 }
  return await handler(event as unknown as IpcMainInvokeEvent, ...args)
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
hostCalls.permissionGranted = (permission, origin) => {
  const name = permission as Parameters<NonNullable<typeof checkPermission>>[1]
  const contents = {} as WebContents
  if (checkPermission !== null && !checkPermission(null, name, origin, {} as Electron.PermissionCheckHandlerHandlerDetails)) return false
  let granted = requestPermission === null
  requestPermission?.(contents, name, (answer) => (granted = answer), { requestingUrl: origin, isMainFrame: true })
  return granted
}
hostCalls.blurWindow = (windowId) => void windows.get(windowId)?.emit('blur')
hostCalls.crashPage = (windowId) => void contentsOf(windowId).emit('render-process-gone', {}, { reason: 'crashed', exitCode: 139 })
hostCalls.closeWindow = (windowId) => windows.get(windowId)?.close()
