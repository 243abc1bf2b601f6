/**
 * What the page gets of the app: functions with names, nothing of Electron (checklist 20). A sandboxed preload is one
 * CommonJS file that may require `electron` alone, so the channels stand here again; their types keep them in step.
 */
import type { Bridge, READ_STATE_CHANNEL, REQUEST_CHANNELS, STATE_CHANNEL, WindowState } from './ipc.ts' with {
  'resolution-mode': 'import',
}

const { contextBridge, ipcRenderer } = require('electron') as typeof import('electron', { with: { 'resolution-mode': 'import' } })

const channels: typeof REQUEST_CHANNELS = {
  checkNow: 'mailbell:check-now',
  findMailbox: 'mailbell:find-mailbox',
  openLink: 'mailbell:open-link',
  addAccount: 'mailbell:add-account',
  cancelSignIn: 'mailbell:cancel-sign-in',
  removeAccount: 'mailbell:remove-account',
  connectServer: 'mailbell:connect-server',
  disconnectServer: 'mailbell:disconnect-server',
  changeDemo: 'mailbell:change-demo',
  actOnMail: 'mailbell:act-on-mail',
  setPreferences: 'mailbell:set-preferences',
  dismissNotice: 'mailbell:dismiss-notice',
  hide: 'mailbell:hide',
}
const stateChannel: typeof STATE_CHANNEL = 'mailbell:state'
const readStateChannel: typeof READ_STATE_CHANNEL = 'mailbell:read-state'

const bridge: Bridge = {
  checkNow: () => ipcRenderer.invoke(channels.checkNow),
  findMailbox: (address) => ipcRenderer.invoke(channels.findMailbox, address),
  openLink: (url) => ipcRenderer.invoke(channels.openLink, url),
  addAccount: (form) => ipcRenderer.invoke(channels.addAccount, form),
  cancelSignIn: () => ipcRenderer.invoke(channels.cancelSignIn),
  removeAccount: (account) => ipcRenderer.invoke(channels.removeAccount, account),
  connectServer: (form) => ipcRenderer.invoke(channels.connectServer, form),
  disconnectServer: (id) => ipcRenderer.invoke(channels.disconnectServer, id),
  changeDemo: (action) => ipcRenderer.invoke(channels.changeDemo, action),
  actOnMail: (request) => ipcRenderer.invoke(channels.actOnMail, request),
  setPreferences: (change) => ipcRenderer.invoke(channels.setPreferences, change),
  dismissNotice: (id) => ipcRenderer.invoke(channels.dismissNotice, id),
  hide: () => ipcRenderer.invoke(channels.hide),
  readState: () => ipcRenderer.invoke(readStateChannel),
  onState(listener) {
    // The event holds the sender; the page's listener gets the state alone.
    const heard = (_event: unknown, state: WindowState): void => listener(state)
    ipcRenderer.on(stateChannel, heard)
    return () => void ipcRenderer.off(stateChannel, heard)
  },
}

contextBridge.exposeInMainWorld('mailbell', bridge)
