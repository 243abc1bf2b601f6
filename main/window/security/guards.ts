/**
 * The rules of Electron's security checklist (docs/tutorial/security.md), one function each under security/.
 * Those that hold by what is not there: 1 (no remote content at all), 16 (the Electron in package.json is supported),
 * 20 (the preload exposes named functions only). 18 is app-protocol.ts, 19 (fuses) is electron-builder.yml.
 */
import type { App, Session } from 'electron'
import { denyNavigation } from './navigation.ts'
import { denyNewWindows } from './new-windows.ts'
import { denyPermissions } from './permissions.ts'
import { denyWebviews } from './webviews.ts'

/** Before `ready`: whatever page comes into being is held by the rules from its first moment. */
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
