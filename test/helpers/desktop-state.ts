/** What the window is told of a desktop app in which nothing was chosen yet. */
import { DEFAULT_CHOICES } from '../../main/choices.ts'
import type { DesktopState } from '../../main/ipc.ts'

export const desktopState = (change: Partial<DesktopState> = {}): DesktopState => ({
  platform: 'linux',
  choices: DEFAULT_CHOICES,
  counted: null,
  wanted: { view: 'home', turn: 0 },
  managedAccounts: [],
  absent: [],
  secrets: { keptBy: 'keyring', locked: false, memoryWillDo: false },
  update: { phase: 'off' },
  invitation: null,
  firstRun: false,
  trying: null,
  ...change,
})
