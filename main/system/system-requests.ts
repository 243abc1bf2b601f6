/** The window's requests about the app itself: its log, diagnostics, updates and files. */
import type { App, Clipboard, Shell } from 'electron'
import type { RequestHandlers } from '../../common/protocol/bridge.ts'
import { UNAVAILABLE } from '../../common/protocol/outcome.ts'
import type { Quitting } from './quitting.ts'
import type { Updater } from './updater.ts'

export interface SystemRequestsDeps {
  readonly app: Pick<App, 'quit'>
  readonly shell: Pick<Shell, 'openPath' | 'openExternal'>
  readonly clipboard: Pick<Clipboard, 'writeText'>
  readonly updater: Updater
  readonly quitting: Quitting
  readonly logPath: string
  readonly releasesPage: string | null
  readonly readDiagnostics: () => string
  readonly listFiles: () => readonly string[]
  /** Ends the process and starts the app again. */
  readonly restart: () => void
  /** Removes the app's files and registrations, and ends the process. */
  readonly removeAndExit: () => void
}

export function createSystemRequests(deps: SystemRequestsDeps) {
  const { app, shell, clipboard, updater, quitting, releasesPage } = deps
  return {
    async openLog() {
      const error = await shell.openPath(deps.logPath)
      if (error !== '') return { ...UNAVAILABLE, detail: error }
    },
    copyDiagnostics: () => clipboard.writeText(deps.readDiagnostics()),
    checkForUpdate: updater.checkNow,
    async installUpdate() {
      if (updater.state.phase !== 'ready') return UNAVAILABLE
      quitting.closeThen(() => updater.install(deps.restart))
    },
    async openDownloads() {
      if (releasesPage === null) return UNAVAILABLE
      await shell.openExternal(releasesPage)
    },
    listAppFiles: async () => ({ ok: true, files: deps.listFiles() }),
    quit: () => app.quit(),
    removeAppData: () => quitting.closeThen(deps.removeAndExit),
  } satisfies Partial<RequestHandlers>
}
