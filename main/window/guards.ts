/**
 * The rules of Electron's security checklist (docs/tutorial/security.md) that need code for every page. The others: 2 to 10
 * are web-preferences.ts, 7 and 18 app-protocol.ts, 17 is ipc-handlers.ts, 19 (fuses) electron-builder.yml. Without code:
 * 1 (no remote content), 16 (package.json has a supported Electron), 20 (the preload exposes named functions only).
 */
import type { App, Session, WebContents } from 'electron'

/** Before `ready`, so that the rules hold for every page from the start. */
export function guardContents(app: Pick<App, 'on'>): void {
  app.on('web-contents-created', (_event, contents) => {
    denyWebviews(contents)
    denyNavigation(contents)
    denyNewWindows(contents)
  })
}

/** 5: permission requests and checks are denied. After `ready`, before the first page. */
export function guardSession(session: Pick<Session, 'setPermissionRequestHandler' | 'setPermissionCheckHandler'>): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
}

/** 11 and 12: no `<webview>`, whatever its options. */
function denyWebviews(contents: WebContents): void {
  contents.on('will-attach-webview', (event) => event.preventDefault())
}

/** 13: the page cannot navigate; URLs that the app itself loads emit no such event. */
function denyNavigation(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault())
  contents.on('will-frame-navigate', (event) => event.preventDefault())
  contents.on('will-redirect', (event) => event.preventDefault())
}

/** 14 and 15: the page opens no window, and no URL in the system's browser. */
function denyNewWindows(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}
