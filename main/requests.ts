/** The window's requests about servers, accounts and messages; other rooms carry out their own. */
import { actOnMessage, changeDemo, markAllRead } from '../client/calls.ts'
import { readHistories } from '../client/histories.ts'
import { markAllReadOf } from '../client/mark-all-read.ts'
import { UNAVAILABLE } from '../common/protocol/outcome.ts'
import type { RequestHandlers } from '../common/protocol/bridge.ts'
import type { Backend } from './backend.ts'
import type { Notifications } from './notifications/notifications.ts'
import type { MessageOpener } from './opening/opener.ts'
import type { SettingsApplier } from './settings/apply-settings.ts'
import type { SettingsStore } from './settings/settings.ts'
import type { StateStore } from './state/state.ts'
import type { AppWindow } from './window/window.ts'

export interface RequestsDeps {
  readonly backend: Backend
  readonly settings: SettingsStore
  readonly state: StateStore
  readonly window: Pick<AppWindow, 'hide' | 'setHasDraft'>
  readonly opener: Pick<MessageOpener, 'openById'>
  readonly notifications: Pick<Notifications, 'showTestNotification'>
  readonly applier: SettingsApplier
}

export function createRequests(deps: RequestsDeps) {
  const { backend, settings, state, window, opener, notifications, applier } = deps
  const { accounts, server, links, browserUrls, invitations } = backend
  return {
    ...invitations.requests,
    ...accounts.requests,
    checkNow: backend.checkNow,
    retryAccount: server.check,
    async findMailbox(address) {
      const discovery = await server.findMailbox(address)
      if (!discovery) return UNAVAILABLE
      browserUrls.allowUrlsOf(discovery)
      return { ok: true, discovery }
    },
    async readKnownAccounts() {
      const known = await server.readKnownAccounts()
      if (!known) return UNAVAILABLE
      browserUrls.allowUrlsOfKnown(known.map(({ discovery }) => discovery))
      return { ok: true, known }
    },
    openUrl: browserUrls.open,
    openMessage: opener.openById,
    cancelSignIn: server.cancelSignIn,
    async changeDemo(action) {
      if (server.state.phase !== 'listening') return UNAVAILABLE
      const { url, token } = server.state
      return await changeDemo({ url, token }, action)
    },
    async actOnMessage({ server: id, ...request }) {
      const address = links.serverOf(id)
      return address ? await actOnMessage(address, request) : UNAVAILABLE
    },
    markAllRead: (scope) =>
      markAllReadOf(
        () => links.servers,
        scope,
        async ({ server: id, account }) => {
          const address = links.serverOf(id)
          return address ? await markAllRead(address, account) : UNAVAILABLE
        },
      ),
    readHistory: () => readHistories(links.servers.flatMap(({ id, link }) => (link.phase === 'live' ? (links.serverOf(id) ?? []) : []))),
    updateSharedSettings: applier.updateSharedSettings,
    updateReaderSettings: applier.updateDesktopSettings,
    updateDesktopSettings: applier.updateDesktopSettings,
    mute: applier.mute,
    showTestNotification: notifications.showTestNotification,
    finishFirstRun(): void {
      settings.setWelcomed()
      state.update({ firstRun: false })
    },
    dismissNotice: state.dismissNotice,
    setHasDraft: window.setHasDraft,
    hide: window.hide,
  } satisfies Partial<RequestHandlers>
}
