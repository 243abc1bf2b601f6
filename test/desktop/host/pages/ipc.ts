/** What reaches the app from a page: requests of its scheme, IPC, permissions. */
import type { IpcMain, IpcMainInvokeEvent, Protocol, Session, WebContents } from 'electron'
import { app } from '../app.ts'
import type { PageFrame } from '../process/calls.ts'
import { HostEmitter } from '../emitter.ts'
import { hostCalls, scenario } from '../scenario.ts'

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
  resolveProxy: async (_url: string) => scenario.proxy,
  setPermissionCheckHandler: (handler) => void (checkPermission = handler),
  setPermissionRequestHandler: (handler) => void (requestPermission = handler),
} satisfies Pick<Session, 'resolveProxy' | 'setPermissionCheckHandler' | 'setPermissionRequestHandler'> & { protocol: typeof protocol }
export const session = { defaultSession }

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
  const event = { type: 'frame', sender: { id: windowId }, senderFrame: frameOf(frame), frameId: 1, processId: 1 }
  return await handler(event as unknown as IpcMainInvokeEvent, ...args)
}
hostCalls.permissionGranted = (permission, origin) => {
  const name = permission as Parameters<NonNullable<typeof checkPermission>>[1]
  const contents = {} as WebContents
  if (checkPermission !== null && !checkPermission(null, name, origin, {} as Electron.PermissionCheckHandlerHandlerDetails)) return false
  let granted = requestPermission === null
  requestPermission?.(contents, name, (answer) => (granted = answer), { requestingUrl: origin, isMainFrame: true })
  return granted
}
