/**
 * What the page gets of the app: named functions, nothing of Electron (checklist 20). A sandboxed preload is one CommonJS
 * file that can require only `electron`, so the table's names are listed here again, checked against it by type.
 */
import type {
  Bridge,
  DesktopRequests,
  ManageRequests,
  PageRequests,
  READ_STATE_CHANNEL,
  RequestChannel,
  RequestList,
  RequestName,
  STATE_CHANNEL,
} from '../common/protocol/bridge.ts' with { 'resolution-mode': 'import' }
import type { WindowState } from '../common/protocol/window-state.ts' with { 'resolution-mode': 'import' }

const { contextBridge, ipcRenderer } = require('electron') as typeof import('electron', { with: { 'resolution-mode': 'import' } })

const stateChannel: typeof STATE_CHANNEL = 'mailbell:state'
const readStateChannel: typeof READ_STATE_CHANNEL = 'mailbell:read-state'

const PAGE: RequestList<PageRequests> = {
  checkNow: true,
  connectServer: true,
  disconnectServer: true,
  changeDemo: true,
  actOnMessage: true,
  updateSharedSettings: true,
  updateReaderSettings: true,
  mute: true,
  markAllRead: true,
  readHistory: true,
}

const MANAGE: RequestList<ManageRequests> = {
  findMailbox: true,
  addAccount: true,
  readAccount: true,
  signInAgain: true,
  cancelSignIn: true,
  renameAccount: true,
  removeAccount: true,
  retryAccount: true,
}

const DESKTOP: RequestList<DesktopRequests> = {
  readKnownAccounts: true,
  openUrl: true,
  openMessage: true,
  updateDesktopSettings: true,
  unlock: true,
  setPassphrase: true,
  removePassphrase: true,
  resetSecrets: true,
  acceptMemoryStorage: true,
  exportSettings: true,
  importSettings: true,
  showTestNotification: true,
  openLog: true,
  copyDiagnostics: true,
  checkForUpdate: true,
  installUpdate: true,
  openDownloads: true,
  finishFirstRun: true,
  listAppFiles: true,
  removeAppData: true,
  dismissNotice: true,
  acceptInvitation: true,
  declineInvitation: true,
  setHasDraft: true,
  hide: true,
  quit: true,
}

const send =
  (name: RequestName) =>
  (payload?: unknown): Promise<unknown> => {
    const channel: RequestChannel = `mailbell:${name}`
    return ipcRenderer.invoke(channel, payload)
  }

/** Each request is sent under its own name: none can stand for another. */
const requestsOf = <Requests extends object>(list: RequestList<Requests>): Requests =>
  Object.fromEntries((Object.keys(list) as RequestName[]).map((name) => [name, send(name)])) as Requests

const bridge: Bridge = {
  ...requestsOf(PAGE),
  ...requestsOf(MANAGE),
  desktop: requestsOf(DESKTOP),
  page: null,
  readState: () => ipcRenderer.invoke(readStateChannel),
  onState(listener) {
    // The event holds the sender; the page's listener gets only the state.
    const forward = (_event: unknown, state: WindowState): void => listener(state)
    ipcRenderer.on(stateChannel, forward)
    return () => void ipcRenderer.off(stateChannel, forward)
  },
}

contextBridge.exposeInMainWorld('mailbell', bridge)
