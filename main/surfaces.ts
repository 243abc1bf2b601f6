/** From the state to everything outside the window: tray, badge, notifications. */
import type { BrowserWindow, Rectangle } from 'electron'
import { createBadge } from './badge.ts'
import { type AlertMemory, alertsOf } from './core/alerts.ts'
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

export function createSurfaces({ platform, theme, onAction, onFailure }: SurfacesDeps): Surfaces {
  const tray = createTray({ platform, onAction })
  const badge = createBadge(platform)
  const notifier = createNotifier({ platform, onClick: () => onAction('open'), onFailure })
  let memory: AlertMemory = new Map()
  let view: TrayView | null = null

  const repaint = (): void => {
    if (view) tray.apply(view, theme.panelIsDark())
  }
  theme.onChange(repaint)

  return {
    apply({ servers, language, preferences }, window) {
      view = viewOf({ servers, language })
      repaint()
      badge.apply(view.badge, window)
      const told = alertsOf(memory, { servers, language })
      memory = told.memory
      if (preferences.notifications) notifier.show(told.alerts)
    },
    onWindowShown: badge.restore,
    trayBounds: tray.bounds,
    close() {
      notifier.close()
      tray.close()
    },
  }
}
