/** From the state to everything outside the window: tray, badge, notifications. */
import { type BrowserWindow, nativeTheme, type Rectangle } from 'electron'
import { createBadge } from './badge.ts'
import { type AlertMemory, alertsOf } from './core/alerts.ts'
import { type MenuAction, type TrayView, viewOf } from './core/view.ts'
import type { WindowState } from './ipc.ts'
import { createNotifier } from './notifier.ts'
import { createTray } from './tray.ts'

export interface Surfaces {
  /** `window` is the app's window while there is one. */
  apply(state: WindowState, window: BrowserWindow | null): void
  trayBounds(): Rectangle | null
  close(): void
}

export interface SurfacesDeps {
  readonly platform: NodeJS.Platform
  /** `XDG_CURRENT_DESKTOP`, or an empty text. */
  readonly desktop: string
  readonly onAction: (action: MenuAction) => void
  readonly onFailure: (detail: string) => void
}

export function createSurfaces({ platform, desktop, onAction, onFailure }: SurfacesDeps): Surfaces {
  const tray = createTray({ platform, onAction })
  const badge = createBadge(platform)
  const notifier = createNotifier({ platform, onClick: () => onAction('open'), onFailure })
  let memory: AlertMemory = new Map()
  let view: TrayView | null = null

  /** GNOME's and Unity's panels are dark in their light themes too; elsewhere the panel follows the system. */
  const onDark = (): boolean => /gnome|unity/i.test(desktop) || nativeTheme.shouldUseDarkColorsForSystemIntegratedUI
  const repaint = (): void => {
    if (view) tray.apply(view, onDark())
  }
  nativeTheme.on('updated', repaint)

  return {
    apply({ servers, language, preferences }, window) {
      view = viewOf({ servers, language })
      repaint()
      badge.apply(view.badge, window)
      const told = alertsOf(memory, { servers, language })
      memory = told.memory
      if (preferences.notifications) notifier.show(told.alerts)
    },
    trayBounds: tray.bounds,
    close() {
      nativeTheme.off('updated', repaint)
      notifier.close()
      tray.close()
    },
  }
}
