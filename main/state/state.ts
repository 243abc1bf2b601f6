/** The app's one state and its store; projection.ts turns it into what tray, badge, menu and window show. */
import { isSameLastSeen, type LastSeen, updateLastSeen } from '../../common/model/counting.ts'
import type { DesktopSettings } from '../../common/protocol/settings.ts'
import type { DesktopState, ManageView, Notice, WindowState } from '../../common/protocol/window-state.ts'
import { type Unavailable, withUnavailable } from './unavailable.ts'

export interface AppState
  extends
    Omit<DesktopState, 'settings' | 'unavailable'>,
    Pick<ManageView, 'tryStep'>,
    Pick<WindowState, 'servers' | 'sharedSettings' | 'notices' | 'check' | 'version'> {
  readonly desktopSettings: DesktopSettings
  /** Ids of the mail accounts that this app stores. */
  readonly managedAccounts: readonly string[]
  readonly unavailable: Unavailable
  /** What was unread when the user last had the window open. */
  readonly lastSeen: LastSeen
  readonly isWindowVisible: boolean
  /** Whether the panel that shows the tray icon is dark. */
  readonly isPanelDark: boolean
}

export type StateStore = ReturnType<typeof createState>

/** Nothing was requested of the window's page since it was created. */
export const NO_NAVIGATION = { view: 'home', requestId: 0 } as const satisfies AppState['navigation']

/** What is the same at every start. */
const START = {
  servers: [],
  check: { isRunning: false, endedAtMs: null },
  managedAccounts: [],
  unavailable: { accounts: [], servers: [] },
  isWindowVisible: false,
  isPanelDark: false,
  isTrayMissing: false,
  navigation: NO_NAVIGATION,
  tryStep: null,
  invitation: null,
  update: { phase: 'off' },
} as const satisfies Partial<AppState>

export function createState(initial: Omit<AppState, keyof typeof START>) {
  const listeners = new Set<(state: AppState) => void>()
  let current: AppState = { ...START, ...initial }

  function update(change: Partial<AppState>): void {
    const next = withLastSeen({ ...current, ...change })
    if (Object.keys(next).every((key) => Object.is(Reflect.get(next, key), Reflect.get(current, key)))) return
    current = next
    for (const listener of listeners) listener(next)
  }
  const noticesWithout = (id: Notice['id']): readonly Notice[] => current.notices.filter((notice) => notice.id !== id)

  return {
    get current(): AppState {
      return current
    },
    update,
    /** Replaces the notice of the same id. */
    addNotice: (notice: Notice): void => update({ notices: [...noticesWithout(notice.id), notice] }),
    dismissNotice(id: Notice['id']): void {
      if (current.notices.some((notice) => notice.id === id)) update({ notices: noticesWithout(id) })
    },
    /** Calls `listener` after every change, and once now; returns a function that ends it. */
    onChange(listener: (state: AppState) => void): () => void {
      listeners.add(listener)
      listener(current)
      return () => void listeners.delete(listener)
    },
  }
}

/** Each change may move what counts as seen, which is followed only while the number depends on it. */
function withLastSeen(state: AppState): AppState {
  const { servers, unavailable, desktopSettings, isWindowVisible } = state
  if (desktopSettings.counts !== 'last-look') return state
  const lastSeen = updateLastSeen(state.lastSeen, withUnavailable(servers, unavailable), desktopSettings.notCounted, isWindowVisible)
  return isSameLastSeen(lastSeen, state.lastSeen) ? state : { ...state, lastSeen }
}
