/** One interface, two implementations: what Electron's preload put there, or the client in the browser page. */
import type { Bridge } from '../common/protocol/bridge.ts'
import type { WindowState } from '../common/protocol/window-state.ts'
import { afterPaint } from './after-paint.ts'
import { openPage } from './browser/open-page.ts'

declare global {
  interface Window {
    /** Put there by the preload in the desktop app; absent in a browser. */
    readonly mailbell?: Bridge
  }
}

export interface OpenBridge {
  readonly bridge: Bridge
  /** What the first paint shows; null if it has to be read first. */
  readonly state: WindowState | null
}

/**
 * Shows the window; in a browser once more when its client is loaded.
 * @param isRendered the page's file shows the state already: its paint comes first
 */
export async function openBridge(isRendered: boolean, show: (opened: OpenBridge) => void): Promise<void> {
  const bridge = window.mailbell
  if (!bridge) return openPage(show)
  if (isRendered) await afterPaint()
  show({ bridge, state: inlineState() })
}

/** What main/window/page-html.ts has written into the page. */
function inlineState(): WindowState | null {
  const text = document.querySelector('#state')?.textContent
  return text ? (JSON.parse(text) as WindowState) : null
}
