/** The app's care for itself, on the real system: its secrets, start at login, shortcut, updates, settings as a file, and its end. */
import { app, clipboard, globalShortcut, shell } from 'electron'
import { release } from 'node:os'
import type { Accounts } from './accounts.ts'
import { createAutostart } from './autostart.ts'
import { createCareRequests } from './care-requests.ts'
import { createChoosing } from './choosing.ts'
import { schedule } from './clock.ts'
import type { FileDialogs } from './dialogs.ts'
import type { PageRequests, Requests } from './ipc.ts'
import { type Log, logPaths } from './log.ts'
import type { Secrets } from './secrets.ts'
import { createSecretsRequests } from './secrets-requests.ts'
import type { Settings } from './settings.ts'
import { createShortcut } from './shortcut.ts'
import type { AppState } from './state.ts'
import { removeTraces, tracesOf } from './traces.ts'
import { openUpdateFeed } from './update-feed.ts'
import { createUpdater } from './updater.ts'

export interface CareDeps {
  readonly settings: Settings
  readonly secrets: Secrets
  readonly state: AppState
  readonly accounts: Accounts
  readonly dialog: FileDialogs
  readonly log: Log
  readonly setPreferences: PageRequests['setPreferences']
  readonly toggleWindow: () => void
  readonly showSample: () => void
  /** Ends everything, then does `last`, which ends the app. */
  readonly endWith: (last: () => void) => void
  /** Where the bundled server keeps its files; null while it has not said so. */
  readonly dataDir: () => string | null
}

export type CareRequests = Pick<Requests, 'choose'> & ReturnType<typeof createSecretsRequests> & ReturnType<typeof createCareRequests>

export interface Care {
  readonly requests: CareRequests
  readonly startedHidden: boolean
  begin(): void
  /** Each time that the window is shown. */
  refresh(): void
  close(): void
}

export async function createCare({ settings, secrets, state, accounts, log, endWith, dataDir, ...deps }: CareDeps): Promise<Care> {
  const { platform, env, execPath, arch, versions } = process
  const feed = await openUpdateFeed({ app, resourcesPath: process.resourcesPath, platform, env, log })
  const autostart = createAutostart({ app, platform, env, execPath, appArguments: app.isPackaged ? [] : [app.getAppPath()] })
  const shortcut = createShortcut({ globalShortcut, onPress: deps.toggleWindow })
  const updater = createUpdater({ ...feed, log, now: Date.now, schedule, onState: (update) => state.updateDesktop({ update }) })
  const choosing = createChoosing({ settings, state, autostart, shortcut, updater })
  const logs = app.getPath('logs')
  const traces = (): readonly string[] =>
    tracesOf({ userData: app.getPath('userData'), logs, autostart: autostart.file, data: dataDir(), updates: feed.cache })

  state.updateDesktop({ update: updater.state })
  return {
    startedHidden: autostart.startedHidden(process.argv),
    requests: {
      choose: choosing.choose,
      ...createSecretsRequests({ secrets, settings, accounts, state }),
      ...createCareRequests({
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
        setPreferences: deps.setPreferences,
        showSample: deps.showSample,
        surroundings: {
          versions,
          arch,
          release: release(),
          desktop: env['XDG_CURRENT_DESKTOP'] ?? '',
          session: env['XDG_SESSION_TYPE'] ?? '',
          installed: env['APPIMAGE'] === undefined ? (app.isPackaged ? 'package' : 'development') : 'AppImage',
        },
        logPath: logPaths(logs).present,
        downloads: feed.downloads,
        removeTraces() {
          autostart.set(false)
          if (app.isPackaged && platform !== 'linux') app.removeAsDefaultProtocolClient('mailbell')
          removeTraces(traces())
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
