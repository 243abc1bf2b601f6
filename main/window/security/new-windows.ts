import type { WebContents } from 'electron'

/** Checklist 14 and 15: the page opens no window, and no URL in the system's browser. */
export function denyNewWindows(contents: Pick<WebContents, 'setWindowOpenHandler'>): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}
