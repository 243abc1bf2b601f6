/** The number at the app's icon: dock (macOS), launcher (Linux), overlay of the taskbar button (Windows). */
import { app, type BrowserWindow } from 'electron'
import { overlayIcon } from './core/icon.ts'
import type { TrayView } from './core/view.ts'
import { imageOf } from './images.ts'

export interface AppBadge {
  /** `window` is the one whose taskbar button carries the overlay; null while there is none. */
  apply(badge: TrayView['badge'], window: BrowserWindow | null): void
}

const OVERLAY_SIZE = 16

export function createBadge(platform: NodeJS.Platform): AppBadge {
  let shown: number | null = null
  let overlayOn: BrowserWindow | null = null

  return {
    apply({ count, description }, window) {
      if (platform === 'win32' && window && (count !== shown || window !== overlayOn)) {
        window.setOverlayIcon(count > 0 ? imageOf(overlayIcon(count), OVERLAY_SIZE) : null, count > 0 ? description : '')
        overlayOn = window
      }
      if (platform !== 'win32' && count !== shown) app.setBadgeCount(count)
      shown = count
    },
  }
}
