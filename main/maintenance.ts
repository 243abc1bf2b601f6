/** The app's care for itself, on the real system: its secrets, start at login, shortcut, updates, settings as a file, and its end. */
import { app, clipboard, globalShortcut, shell } from 'electron'
import { release } from 'node:os'
import type { Accounts } from './accounts/accounts.ts'
import { createAutostart } from './system/autostart.ts'
import { createMaintenanceRequests } from './settings/maintenance-requests.ts'
import { createSettingsApplier } from './settings/apply-settings.ts'
import { schedule } from './system/clock.ts'
import type { FileDialogs } from './window/dialogs.ts'
import type { PageRequests, Requests } from '../common/protocol/bridge.ts'
import { type Log, logPaths } from './system/log.ts'
import type { Secrets } from './accounts/secrets/secrets.ts'
import { createSecretsRequests } from './accounts/secrets/secrets-requests.ts'
import type { SettingsStore } from './settings/settings.ts'
import { createShortcut } from './system/shortcut.ts'
import type { AppState } from './state.ts'
import { removeAppFiles, listAppFiles } from './system/app-files.ts'
import { openUpdateFeed } from './system/update-feed.ts'
import { createUpdater } from './system/updater.ts'

export interface MaintenanceDeps {
  readonly settings: SettingsStore
  readonly secrets: Secrets
  readonly state: AppState
  readonly accounts: Accounts
  readonly dialog: FileDialogs
  readonly log: Log
  readonly updateSharedSettings: PageRequests['updateSharedSettings']
  readonly toggleWindow: () => void
  readonly showTestNotification: () => void
  /** Ends everything, then does `last`, which ends the app. */
  readonly endWith: (last: () => void) => void
  /** Where the bundled server keeps its files; null while it has not said so. */
  readonly dataDir: () => string | null
}

export type MaintenanceRequests = Pick<Requests, 'updateDesktopSettings'> &
  ReturnType<typeof createSecretsRequests> &
  ReturnType<typeof createMaintenanceRequests>

export interface Maintenance {
  readonly requests: MaintenanceRequests
  readonly startedHidden: boolean
  begin(): void
  /** Each time that the window is shown. */
  refresh(): void
  close(): void
}

export async function createMaintenance({
  settings,
  secrets,
  state,
  accounts,
  log,
  endWith,
  dataDir,
  ...deps
}: MaintenanceDeps): Promise<Maintenance> {
  const { platform, env, execPath, arch, versions } = process
  const feed = await openUpdateFeed({ app, resourcesPath: process.resourcesPath, platform, env, log })
  const autostart = createAutostart({ app, platform, env, execPath, appArguments: app.isPackaged ? [] : [app.getAppPath()] })
  const shortcut = createShortcut({ globalShortcut, onPress: deps.toggleWindow })
  const updater = createUpdater({ ...feed, log, now: Date.now, schedule, onState: (update) => state.updateDesktop({ update }) })
  const choosing = createSettingsApplier({ settings, state, autostart, shortcut, updater })
  const logs = app.getPath('logs')
  const traces = (): readonly string[] =>
    listAppFiles({ userData: app.getPath('userData'), logs, autostart: autostart.file, data: dataDir(), updates: feed.cacheDir })

  state.updateDesktop({ update: updater.state })
  return {
    startedHidden: autostart.startedAtLogin(process.argv),
    requests: {
      updateDesktopSettings: choosing.updateDesktopSettings,
      ...createSecretsRequests({ secrets, settings, accounts, state }),
      ...createMaintenanceRequests({
        dialog: deps.dialog,
        shell,
        clipboard,
        settings,
        state,
        accounts,
        choosing,
        updater,
        endWith,
        traces,
        updateSharedSettings: deps.updateSharedSettings,
        showTestNotification: deps.showTestNotification,
        surroundings: {
          versions,
          arch,
          release: release(),
          desktop: env['XDG_CURRENT_DESKTOP'] ?? '',
          session: env['XDG_SESSION_TYPE'] ?? '',
          installed: env['APPIMAGE'] === undefined ? (app.isPackaged ? 'package' : 'development') : 'AppImage',
        },
        logPath: logPaths(logs).current,
        downloads: feed.releasesPage,
        removeTraces() {
          autostart.setEnabled(false)
          if (app.isPackaged && platform !== 'linux') app.removeAsDefaultProtocolClient('mailbell')
          removeAppFiles(traces())
          app.exit(0)
        },
      }),
    },
    begin: choosing.begin,
    refresh: choosing.refresh,
    close() {
      shortcut.close()
      updater.close()
    },
  }
}
