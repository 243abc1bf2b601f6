/** What the page shows, from the link to its server and from the browser's storage. */
import type { LinkView } from '../../client/poll-loop.ts'
import { countedOf } from '../../common/model/totals.ts'
import type { CheckView, ManageView, ServerView, SignInLinkView, WindowState } from '../../common/protocol/window-state.ts'
import type { ReaderSettings, SharedSettings } from '../../common/protocol/settings.ts'
import type { ServerInfo } from '../../common/protocol/wire.ts'
import { pickLanguage } from '../../common/words/words.ts'
import type { BrowserStore } from './stored.ts'

interface PageParts {
  readonly view: LinkView
  readonly settings: SharedSettings
  readonly readerSettings: ReaderSettings
  /** Null until the server has said. */
  readonly info: ServerInfo | null
  readonly check: CheckView
  readonly signInLink: SignInLinkView | null
  readonly store: Pick<BrowserStore, 'storesSignIn'>
  readonly manage: ManageView | null
}

/** The id of the page's one server. */
export const PAGE_SERVER = 'page'

export const SIGNED_OUT: LinkView = { link: { phase: 'signed-out', problem: null }, accounts: null }

const mayNotify = (): boolean => 'Notification' in window && Notification.permission === 'granted'

export function pageStateOf({ view, settings, readerSettings, info, check, signInLink, store, manage }: PageParts): WindowState {
  const server: ServerView = { id: PAGE_SERVER, kind: 'local', label: null, ...view, demo: info?.demoAccounts ?? [] }
  return {
    servers: [server],
    readerSettings,
    counted: countedOf([server], { notCounted: readerSettings.notCounted, lastSeen: null }),
    sharedSettings: { ...settings, notifications: settings.notifications && mayNotify() },
    language: settings.language === 'system' ? pickLanguage(navigator.languages) : settings.language,
    notices: [],
    check,
    version: info?.version ?? '',
    signInLink,
    // To know that takes a write, which only the form needs.
    storesSignIn: view.link.phase !== 'signed-out' || store.storesSignIn(),
    manage,
    desktop: null,
  }
}
