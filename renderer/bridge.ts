/** One interface, two implementations: what Electron's preload put there, or the client in the browser page. */
import type { Bridge } from '../common/protocol/bridge.ts'

declare global {
  interface Window {
    /** Put there by the preload in the desktop app; absent in a browser. */
    readonly mailbell?: Bridge
  }
}

/** The client with all that it needs is loaded only if there is no preload. */
export async function openBridge(): Promise<Bridge> {
  if (window.mailbell) return window.mailbell
  const { openBrowserBridge } = await import('./browser/open.ts')
  return openBrowserBridge()
}
