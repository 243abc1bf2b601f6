/**
 * What the page gets of the app: functions with names, nothing of Electron (checklist 20). A sandboxed preload is one
 * CommonJS file that may require `electron` alone, so the channels stand here again; their types keep them in step.
 */
import type {
  Bridge,
  DesktopRequests,
  PageRequests,
  READ_STATE_CHANNEL,
  REQUEST_CHANNELS,
  STATE_CHANNEL,
  WindowState,
} from '../common/protocol/bridge.ts' with {
  'resolution-mode': 'import',
}

const { contextBridge, ipcRenderer } = require('electron') as typeof import('electron', { with: { 'resolution-mode': 'import' } })

const stateChannel: typeof STATE_CHANNEL = 'mailbell:state'
const readStateChannel: typeof READ_STATE_CHANNEL = 'mailbell:read-state'

const ask =
  <Payload extends unknown[], Answer>(channel: (typeof REQUEST_CHANNELS)[keyof typeof REQUEST_CHANNELS]) =>
  (...payload: Payload): Promise<Answer> =>
    ipcRenderer.invoke(channel, ...payload)

const page: PageRequests = {
  checkNow: ask('mailbell:checkNow'),
  connectServer: ask('mailbell:connectServer'),
  disconnectServer: ask('mailbell:disconnectServer'),
  changeDemo: ask('mailbell:changeDemo'),
  actOnMessage: ask('mailbell:actOnMessage'),
  updateSharedSettings: ask('mailbell:updateSharedSettings'),
  markAllRead: ask('mailbell:markAllRead'),
}

const desktop: DesktopRequests = {
  findMailbox: ask('mailbell:findMailbox'),
  openLink: ask('mailbell:openLink'),
  openMessage: ask('mailbell:openMessage'),
  addAccount: ask('mailbell:addAccount'),
  readAccount: ask('mailbell:readAccount'),
  signInAgain: ask('mailbell:signInAgain'),
  cancelSignIn: ask('mailbell:cancelSignIn'),
  removeAccount: ask('mailbell:removeAccount'),
  updateDesktopSettings: ask('mailbell:updateDesktopSettings'),
  mute: ask('mailbell:mute'),
  unlock: ask('mailbell:unlock'),
  setPassphrase: ask('mailbell:setPassphrase'),
  removePassphrase: ask('mailbell:removePassphrase'),
  resetSecrets: ask('mailbell:resetSecrets'),
  acceptMemoryStorage: ask('mailbell:acceptMemoryStorage'),
  exportSettings: ask('mailbell:exportSettings'),
  importSettings: ask('mailbell:importSettings'),
  showTestNotification: ask('mailbell:showTestNotification'),
  openLog: ask('mailbell:openLog'),
  copyDiagnostics: ask('mailbell:copyDiagnostics'),
  checkForUpdate: ask('mailbell:checkForUpdate'),
  installUpdate: ask('mailbell:installUpdate'),
  openDownloads: ask('mailbell:openDownloads'),
  finishFirstRun: ask('mailbell:finishFirstRun'),
  listAppFiles: ask('mailbell:listAppFiles'),
  removeAppData: ask('mailbell:removeAppData'),
  dismissNotice: ask('mailbell:dismissNotice'),
  acceptInvitation: ask('mailbell:acceptInvitation'),
  declineInvitation: ask('mailbell:declineInvitation'),
  setHasDraft: ask('mailbell:setHasDraft'),
  hide: ask('mailbell:hide'),
}

const bridge: Bridge = {
  ...page,
  desktop,
  readState: () => ipcRenderer.invoke(readStateChannel),
  onState(listener) {
    // The event holds the sender; the page's listener gets the state alone.
    const heard = (_event: unknown, state: WindowState): void => listener(state)
    ipcRenderer.on(stateChannel, heard)
    return () => void ipcRenderer.off(stateChannel, heard)
  },
}

contextBridge.exposeInMainWorld('mailbell', bridge)
