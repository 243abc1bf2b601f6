/** The number on the app's icon: dock (macOS), launcher (Linux), overlay of the taskbar button (Windows). */
import { app, type BrowserWindow } from 'electron'
import type { BadgeView } from './tray-view.ts'
import { overlayIcon } from './icon.ts'
import { imageOf } from './images.ts'

const OVERLAY_SIZE = 16

export function createBadge(platform: NodeJS.Platform) {
  let shown: BadgeView | null = null

  return {
    /** @param window its taskbar button carries the overlay; null while there is none */
    apply(badge: BadgeView, window: BrowserWindow | null): void {
      if (platform !== 'win32') {
        if (badge.count !== shown?.count) app.setBadgeCount(badge.count)
      } else if (window && (badge.count !== shown?.count || badge.description !== shown.description)) overlay(badge, window)
      shown = badge
    },
    /** For a window whose taskbar button is new and carries no overlay yet. */
    restore(window: BrowserWindow): void {
      if (platform === 'win32' && shown) overlay(shown, window)
    },
  }
}

function overlay({ count, description }: BadgeView, window: BrowserWindow): void {
  window.setOverlayIcon(count > 0 ? imageOf(overlayIcon(count), OVERLAY_SIZE) : null, count > 0 ? description : '')
}
