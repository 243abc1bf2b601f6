/** From the state to the tray and the badge. */
import type { BrowserWindow, Rectangle } from 'electron'
import { createBadge } from './badge.ts'
import { updateLastSeen, isSameLastSeen } from '../../common/model/counting.ts'
import type { MenuCommand } from './menu.ts'
import { countingOf, type TrayView, viewOf } from '../projection.ts'
import { totalsOf } from '../../common/model/totals.ts'
import type { DesktopWindowState } from '../../common/protocol/window-state.ts'
import type { LastSeenFile } from './last-seen-file.ts'
import type { AppTheme } from '../window/theme.ts'
import { createTray } from './tray.ts'

export interface TrayAndBadge {
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

export interface TrayAndBadgeDeps {
  readonly platform: NodeJS.Platform
  readonly theme: Pick<AppTheme, 'panelIsDark' | 'onChange'>
  readonly look: LastSeenFile
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly onCommand: (command: MenuCommand) => void
  readonly onHover: () => void
}

export function createTrayAndBadge({ platform, theme, look, now, onCommand, onHover }: TrayAndBadgeDeps): TrayAndBadge {
  const tray = createTray({ platform, onCommand, onHover })
  const badge = createBadge(platform)
  let view: TrayView | null = null

  const repaint = (): void => {
    if (view) tray.apply(view, theme.panelIsDark())
  }
  theme.onChange(repaint)

  return {
    apply({ servers, language, desktop: { settings } }, window) {
      const { notCounted, counts } = settings
      if (counts === 'last-look') {
        const before = look.read()
        const next = updateLastSeen(before, servers, notCounted, window?.isVisible() ?? false)
        if (!isSameLastSeen(before, next)) look.save(next)
      }
      const counting = { choices: settings, lastLook: counts === 'last-look' ? look.read() : null }
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
