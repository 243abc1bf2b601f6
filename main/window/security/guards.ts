/**
 * The rules of Electron's security checklist (docs/tutorial/security.md), one function each under security/.
 * Without code: 1 (no remote content), 16 (package.json has a supported Electron), 20 (the preload exposes named functions
 * only). 18 is app-protocol.ts, 19 (fuses) is electron-builder.yml.
 */
import type { App, Session } from 'electron'
import { denyNavigation } from './navigation.ts'
import { denyNewWindows } from './new-windows.ts'
import { denyPermissions } from './permissions.ts'
import { denyWebviews } from './webviews.ts'

/** Before `ready`, so that the rules hold for every page from the start. */
export function guardContents(app: Pick<App, 'on'>): void {
  app.on('web-contents-created', (_event, contents) => {
    denyWebviews(contents)
    denyNavigation(contents)
    denyNewWindows(contents)
  })
}

/** After `ready`, before the first page. */
export function guardSession(session: Pick<Session, 'setPermissionRequestHandler' | 'setPermissionCheckHandler'>): void {
  denyPermissions(session)
}
