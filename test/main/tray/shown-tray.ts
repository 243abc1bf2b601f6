/** What the tray shows of servers, under settings. */
import { DEFAULT_DESKTOP_SETTINGS, type DesktopSettings } from '../../../common/protocol/settings.ts'
import type { MenuEntry } from '../../../main/tray/menu.ts'
import { type BadgeView, trayViewOf, type TrayInput, type TrayView } from '../../../main/tray/tray-view.ts'
import type { ServerView } from '../../../common/protocol/window-state.ts'
import { createWordsFor } from '../../../common/words/words.ts'

export const wordsFor = createWordsFor()
export const NOW = Date.UTC(2026, 0, 1, 9)
type View = TrayView & { readonly badge: BadgeView }
export const viewOf = (servers: readonly ServerView[], change: Partial<TrayInput> = {}): View => {
  const constant = { words: wordsFor('en'), desktopSettings: DEFAULT_DESKTOP_SETTINGS, lastSeen: new Map(), isPanelDark: false } as const
  const { tray, badge } = trayViewOf({ servers, ...constant, nowMs: NOW, platform: 'win32', ...change })
  return { ...tray, badge }
}
export const view = (...servers: readonly ServerView[]): View => viewOf(servers)
export const chosen = (change: Partial<DesktopSettings>, ...servers: readonly ServerView[]): View =>
  viewOf(servers, { desktopSettings: { ...DEFAULT_DESKTOP_SETTINGS, ...change } })
export const actions = (menu: readonly MenuEntry[]): readonly string[] =>
  menu.flatMap((entry) => (entry.kind === 'action' ? [entry.label] : entry.kind === 'submenu' ? actions(entry.entries) : []))
export const lines = ({ menu }: TrayView): readonly string[] =>
  menu.flatMap((entry: MenuEntry) => (entry.kind === 'line' ? [entry.label] : []))
