/** The window's state of a desktop app with default settings. */
import { DEFAULT_DESKTOP_SETTINGS } from '../../common/protocol/settings.ts'
import type { DesktopState } from '../../common/protocol/window-state.ts'

export const desktopState = (change: Partial<DesktopState> = {}): DesktopState => ({
  platform: 'linux',
  isTrayMissing: false,
  settings: DEFAULT_DESKTOP_SETTINGS,
  counted: null,
  navigation: { view: 'home', requestId: 0 },
  managedAccounts: [],
  unavailable: [],
  secrets: { storage: 'keyring', locked: false, memoryAccepted: false },
  update: { phase: 'off' },
  invitation: null,
  firstRun: false,
  tryStep: null,
  ...change,
})
