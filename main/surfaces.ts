/** From the state to the tray and the badge. */
import type { BrowserWindow, Rectangle } from 'electron'
import { createBadge } from './badge.ts'
import { followLook, isSameLook } from './core/counting.ts'
import type { MenuCommand } from './core/menu.ts'
import { countingOf, type TrayView, viewOf } from './core/view.ts'
import { totalsOf } from './core/trust.ts'
import type { DesktopWindowState } from './ipc.ts'
import type { LookFile } from './look-file.ts'
import type { AppTheme } from './theme.ts'
import { createTray } from './tray.ts'

export interface Surfaces {
  /**
   * @param window the app's window while there is one
   * @returns the number that is shown, where it is not simply all that is unread; else null
   */
  apply(state: DesktopWindowState, window: BrowserWindow | null): number | null
  /** Each time that the window is shown. */
  onWindowShown(window: BrowserWindow): void
  trayBounds(): Rectangle | null
  close(): void
}

export interface SurfacesDeps {
  readonly platform: NodeJS.Platform
  readonly theme: Pick<AppTheme, 'panelIsDark' | 'onChange'>
  readonly look: LookFile
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly onCommand: (command: MenuCommand) => void
  readonly onHover: () => void
}

export function createSurfaces({ platform, theme, look, now, onCommand, onHover }: SurfacesDeps): Surfaces {
  const tray = createTray({ platform, onCommand, onHover })
  const badge = createBadge(platform)
  let view: TrayView | null = null

  const repaint = (): void => {
    if (view) tray.apply(view, theme.panelIsDark())
  }
  theme.onChange(repaint)

  return {
    apply({ servers, language, desktop: { choices } }, window) {
      const { notCounted, counts } = choices
      if (counts === 'last-look') {
        const before = look.read()
        const next = followLook(before, servers, notCounted, window?.isVisible() ?? false)
        if (!isSameLook(before, next)) look.keep(next)
      }
      const counting = { choices, lastLook: counts === 'last-look' ? look.read() : null }
      view = viewOf({ ...counting, servers, language, nowMs: now(), platform })
      repaint()
      badge.apply(view.badge, window)
      return counts === 'all' && notCounted.length === 0 ? null : totalsOf(servers, countingOf(counting)).unread
    },
    onWindowShown: badge.restore,
    trayBounds: tray.bounds,
    close: tray.close,
  }
}
