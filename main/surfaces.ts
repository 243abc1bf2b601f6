/** From the state to everything outside the window: tray, badge, notifications. */
import type { BrowserWindow, Rectangle } from 'electron'
import { createBadge } from './badge.ts'
import { schedule } from './clock.ts'
import { type AlertMemory, alertsOf, awaitsNames } from './core/alerts.ts'
import { type MenuAction, type TrayView, viewOf } from './core/view.ts'
import type { WindowState } from './ipc.ts'
import { createNotifier } from './notifier.ts'
import type { AppTheme } from './theme.ts'
import { createTray } from './tray.ts'

export interface Surfaces {
  /** `window` is the app's window while there is one. */
  apply(state: WindowState, window: BrowserWindow | null): void
  /** Each time that the window is shown. */
  onWindowShown(window: BrowserWindow): void
  trayBounds(): Rectangle | null
  close(): void
}

export interface SurfacesDeps {
  readonly platform: NodeJS.Platform
  readonly theme: Pick<AppTheme, 'panelIsDark' | 'onChange'>
  readonly onAction: (action: MenuAction) => void
  readonly onFailure: (detail: string) => void
}

/** So long a notification waits for who wrote; the count in the tray never does. */
const NAMES_MS = 4_000

export function createSurfaces({ platform, theme, onAction, onFailure }: SurfacesDeps): Surfaces {
  const tray = createTray({ platform, onAction })
  const badge = createBadge(platform)
  const notifier = createNotifier({ platform, onClick: () => onAction('open'), onFailure })
  let memory: AlertMemory = new Map()
  let view: TrayView | null = null
  let endWait: (() => void) | null = null

  const repaint = (): void => {
    if (view) tray.apply(view, theme.panelIsDark())
  }
  theme.onChange(repaint)

  function notify({ servers, language, preferences }: WindowState): void {
    endWait?.()
    endWait = null
    const told = alertsOf(memory, { servers, language })
    memory = told.memory
    if (preferences.notifications) notifier.show(told.alerts)
  }

  let last: WindowState | null = null

  return {
    apply(state, window) {
      const { servers, language } = state
      last = state
      view = viewOf({ servers, language })
      repaint()
      badge.apply(view.badge, window)
      if (awaitsNames(memory, servers)) endWait ??= schedule(() => last && notify(last), NAMES_MS)
      else notify(state)
    },
    onWindowShown: badge.restore,
    trayBounds: tray.bounds,
    close() {
      endWait?.()
      notifier.close()
      tray.close()
    },
  }
}
