import type { WebContents } from 'electron'

/** Checklist 13: the page cannot navigate; URLs that the app itself loads emit no such event. */
export function denyNavigation(contents: Pick<WebContents, 'on'>): void {
  contents.on('will-navigate', (event) => event.preventDefault())
  contents.on('will-frame-navigate', (event) => event.preventDefault())
  contents.on('will-redirect', (event) => event.preventDefault())
}
