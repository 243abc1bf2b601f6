/** The window's state of a desktop app with default settings. */
import { DEFAULT_DESKTOP_SETTINGS, readerSettingsOf, type SharedSettings } from '../../../common/protocol/settings.ts'
import type { DesktopState, ManageView, WindowState } from '../../../common/protocol/window-state.ts'

/** Shared settings that differ from the defaults. */
export const OTHER_SHARED_SETTINGS: SharedSettings = {
  language: 'ko',
  theme: 'dark',
  notifications: false,
  notificationText: 'account',
  messageGroups: 'account',
  accountOrder: 'unread',
  accountFilter: 'unread',
}

const desktopState = (change: Partial<DesktopState> = {}): DesktopState => ({
  platform: 'linux',
  languages: ['en-US'],
  isTrayMissing: false,
  settings: DEFAULT_DESKTOP_SETTINGS,
  navigation: { view: 'home', requestId: 0 },
  unavailable: [],
  secrets: { storage: 'keyring', locked: false, memoryAccepted: false },
  update: { phase: 'off' },
  invitation: null,
  firstRun: false,
  ...change,
})

export interface DesktopChange extends Partial<DesktopState>, Partial<Pick<ManageView, 'tryStep'>>, Partial<Pick<WindowState, 'counted'>> {
  readonly managedAccounts?: readonly string[]
}

/** What of the window's state a desktop app has, as it is spread into that state. */
export function desktopParts({ managedAccounts = [], tryStep = null, counted = null, ...change }: DesktopChange = {}) {
  const desktop = desktopState(change)
  return {
    desktop,
    counted,
    readerSettings: readerSettingsOf(desktop.settings),
    manage: { accounts: managedAccounts, file: null, tryStep, signIn: null, problem: null },
  }
}
