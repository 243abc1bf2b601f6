/** What the window may ask for, carried out by the parts of the app. */
import { actOnMessage, changeDemo } from '../client/calls.ts'
import type { Accounts } from './accounts/accounts.ts'
import type { MaintenanceRequests } from './maintenance.ts'
import type { Requests } from '../common/protocol/bridge.ts'
import type { Outcome } from '../common/protocol/outcome.ts'
import type { Links } from './servers/links.ts'
import type { TrayRequests } from './tray/tray-commands.ts'
import type { AppWindow } from './window/window.ts'
import type { Invitations } from './servers/invitations.ts'
import type { ServerProcess } from './servers/server-process.ts'
import type { SettingsStore } from './settings/settings.ts'
import type { WebLinks } from './opening/web-links.ts'
import type { AppState } from './state.ts'

export interface RequestsDeps {
  readonly accounts: Accounts
  readonly server: ServerProcess
  readonly links: Links
  readonly settings: SettingsStore
  readonly state: AppState
  readonly webLinks: WebLinks
  readonly openMessage: Requests['openMessage']
  readonly window: Pick<AppWindow, 'hide' | 'setHasDraft'>
  readonly invitations: Invitations
  readonly care: MaintenanceRequests
  readonly tray: TrayRequests
}

const DONE: Outcome = { ok: true }

export function createRequests({
  accounts,
  server,
  links,
  settings,
  state,
  webLinks,
  openMessage,
  window,
  invitations,
  care,
  tray,
}: RequestsDeps): Requests {
  return {
    ...care,
    ...tray,
    ...invitations.requests,
    async checkNow() {
      server.kick()
      links.kick()
      return DONE
    },
    async findMailbox(address) {
      const discovery = await server.findMailbox(address)
      if (!discovery) return { ok: false, code: 'unavailable' }
      webLinks.allowLinksOf(discovery)
      return { ok: true, discovery }
    },
    openLink: webLinks.open,
    openMessage,
    addAccount: accounts.add,
    async readAccount(id) {
      const account = accounts.kept(id)
      return account ? { ok: true, account } : { ok: false, code: 'invalid', field: 'account' }
    },
    async signInAgain(form) {
      const outcome = await accounts.signInAgain(form)
      // Where nothing of it has changed, its source goes on as it was, and may wait for long.
      if (outcome.ok) server.kick()
      return outcome
    },
    async cancelSignIn() {
      server.cancelSignIn()
      return DONE
    },
    removeAccount: accounts.remove,
    connectServer: accounts.connect,
    disconnectServer: accounts.disconnect,
    async changeDemo(action) {
      if (server.state.phase !== 'listening') return { ok: false, code: 'unavailable' }
      const { url, token } = server.state
      const changed = await changeDemo({ url, token }, action)
      return changed.ok ? DONE : { ok: false, code: 'unavailable', detail: changed.problem.detail }
    },
    async actOnMessage({ server: id, ...request }) {
      const asked = links.serverOf(id)
      return asked ? await actOnMessage(asked, request) : { ok: false, code: 'unavailable' }
    },
    async updateSharedSettings(change) {
      settings.setShared({ ...settings.shared, ...change })
      state.update({ sharedSettings: settings.shared })
      return DONE
    },
    async dismissNotice(id) {
      state.dismissNotice(id)
      return DONE
    },
    async setHasDraft(isTyped) {
      window.setHasDraft(isTyped)
      return DONE
    },
    async hide() {
      window.hide()
      return DONE
    },
  }
}
