import type { WebContents } from 'electron'

/** Checklist 11 and 12: no `<webview>`, whatever its options. */
export function denyWebviews(contents: Pick<WebContents, 'on'>): void {
  contents.on('will-attach-webview', (event) => event.preventDefault())
}
