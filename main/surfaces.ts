/** From the state to the tray and the badge. */
import type { BrowserWindow, Rectangle } from 'electron'
import { createBadge } from './badge.ts'
import { type MenuAction, type TrayView, viewOf } from './core/view.ts'
import type { WindowState } from './ipc.ts'
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
}

export function createSurfaces({ platform, theme, onAction }: SurfacesDeps): Surfaces {
  const tray = createTray({ platform, onAction })
  const badge = createBadge(platform)
  let view: TrayView | null = null

  const repaint = (): void => {
    if (view) tray.apply(view, theme.panelIsDark())
  }
  theme.onChange(repaint)

  return {
    apply({ servers, language }, window) {
      view = viewOf({ servers, language })
      repaint()
      badge.apply(view.badge, window)
    },
    onWindowShown: badge.restore,
    trayBounds: tray.bounds,
    close: tray.close,
  }
}
