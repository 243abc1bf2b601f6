/** What the page shows, from the link to its server and from the browser's storage. */
import type { LinkView } from '../../client/poll-loop.ts'
import type { CheckView, SignInLinkView, WindowState } from '../../common/protocol/window-state.ts'
import type { SharedSettings } from '../../common/protocol/settings.ts'
import type { ServerInfo } from '../../common/protocol/wire.ts'
import { pickLanguage } from '../../common/words/words.ts'

interface PageParts {
  readonly view: LinkView
  readonly settings: SharedSettings
  /** Null until the server has said. */
  readonly info: ServerInfo | null
  readonly check: CheckView
  readonly signInLink: SignInLinkView | null
}

export const SIGNED_OUT: LinkView = { link: { phase: 'signed-out', problem: null }, accounts: null }

const mayNotify = (): boolean => 'Notification' in window && Notification.permission === 'granted'

export const pageStateOf = ({ view, settings, info, check, signInLink }: PageParts): WindowState => ({
  servers: [{ id: 'page', kind: 'local', label: null, link: view.link, accounts: view.accounts, demo: info?.demo ?? false }],
  sharedSettings: { ...settings, notifications: settings.notifications && mayNotify() },
  language: settings.language === 'system' ? pickLanguage(navigator.languages) : settings.language,
  notices: [],
  check,
  version: info?.version ?? '',
  signInLink,
  desktop: null,
})
