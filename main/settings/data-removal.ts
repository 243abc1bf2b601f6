/** Lists and removes all data of the app: its files, and what it has registered with the system. */
import type { App } from 'electron'
import type { Autostart } from '../system/autostart.ts'
import { type Installation, registersLinks } from '../system/installation.ts'
import { createWindowsRegistration, type WindowsRegistrationDeps } from '../system/windows-registration.ts'
import { type AppFileLocations, listAppFiles, removeAppFiles } from './app-files.ts'

export interface DataRemovalDeps extends WindowsRegistrationDeps, Pick<AppFileLocations, 'userData' | 'logs' | 'updates'> {
  readonly app: Pick<App, 'removeAsDefaultProtocolClient'>
  readonly installation: Installation
  readonly autostart: Autostart
  /** The folder of the bundled server; null if it is not known yet. */
  readonly readServerDir: () => string | null
}

export function createDataRemoval({ app, installation, autostart, readServerDir, ...deps }: DataRemovalDeps) {
  const registration = createWindowsRegistration(deps)
  const entries = [autostart.file, registration.shortcut].filter((path) => path !== null)
  const listFiles = (): readonly string[] => listAppFiles({ ...deps, entries, data: readServerDir() })
  return {
    /** Paths, and keys of the registry. */
    list: (): readonly string[] => [...listFiles(), ...registration.keys],
    run(): void {
      autostart.setEnabled(false)
      if (registersLinks(installation, deps.platform)) app.removeAsDefaultProtocolClient('mailbell')
      registration.removeKeys()
      removeAppFiles(listFiles())
    },
  }
}
