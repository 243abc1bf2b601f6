/**
 * Composes the desktop app. Each part is created after the parts that it uses; a surface (tray, notifications, shortcut) acts
 * on later parts by a command, and shows what the projection of the state says.
 */
import { app, clipboard, dialog, globalShortcut, ipcMain, nativeTheme, powerMonitor, safeStorage, type Session, shell } from 'electron'
import { release } from 'node:os'
import type { RequestHandlers } from '../common/protocol/bridge.ts'
import { openSealedStore, openSecretFile } from './accounts/secrets/secret-file.ts'
import { createSecrets } from './accounts/secrets/secrets.ts'
import { createSecretsRequests, viewOfSecrets, waitForKeyring } from './accounts/secrets/secrets-requests.ts'
import { createBackend } from './backend.ts'
import { createCommandHandlers } from './commands/command-handlers.ts'
import type { Commands } from './commands/commands.ts'
import { createControlRequests } from './control-requests.ts'
import { openHistoryFile } from './notifications/history-file.ts'
import { watchIdle } from './notifications/idle-detection.ts'
import { createMuteEnd } from '../common/model/silence/mute-end.ts'
import { createNotifications } from './notifications/notifications.ts'
import { createPlayer, SYSTEM_PLAYER } from './notifications/sounds.ts'
import { createClickedOpener } from './commands/clicked.ts'
import { createMailProgram } from './opening/mail-program.ts'
import { createMessageOpener } from './opening/opener.ts'
import { createWordsFor } from '../common/words/words.ts'
import { connectSurfaces, createProjection } from './projection.ts'
import { createRequests } from './requests.ts'
import { createSettingsApplier } from './settings/apply-settings.ts'
import { openSettings } from './settings/settings.ts'
import { createTransferRequests } from './settings/transfer-requests.ts'
import { createState, NO_NAVIGATION } from './state/state.ts'
import { createDataRemoval } from './settings/data-removal.ts'
import { createControl } from './commands/control.ts'
import { createAutostart } from './system/autostart.ts'
import { schedule, systemClock } from '../client/clock.ts'
import { watchCrashes } from './system/crashes.ts'
import { formatDiagnostics, systemInfoOf } from './system/diagnostics.ts'
import { installationOf } from './system/installation.ts'
import { type LaunchArguments, withoutOptions } from './system/launch-arguments.ts'
import { type Log, logPaths } from './system/log.ts'
import { followOutput, startProgram } from './system/programs.ts'
import { handleQuit } from './system/quitting.ts'
import { createShortcut } from './system/shortcut.ts'
import { createSystemRequests } from './system/system-requests.ts'
import { openUpdateFeed } from './system/update-feed.ts'
import { createUpdater } from './system/updater.ts'
import { createBadge } from './tray/badge.ts'
import { windowIcon } from './tray/images.ts'
import { openLastSeenFile } from './tray/last-seen-file.ts'
import { createTray } from './tray/tray.ts'
import { watchTrayHost } from './tray/tray-host.ts'
import { createDialogs } from './window/dialogs.ts'
import { handleRequests } from './window/ipc-handlers.ts'
import { createFirstPaint, type FirstPaint } from './window/first-paint.ts'
import { createTheme } from './window/theme.ts'
import { createWindow } from './window/window.ts'

export interface AppDeps {
  readonly commands: Commands
  /** The arguments of this start. */
  readonly launch: LaunchArguments
  readonly session: Session
  readonly servePage: (readFirstPaint: () => Promise<FirstPaint>) => void
  readonly log: Log
}

export async function startApp({ commands, launch, session, servePage, log }: AppDeps): Promise<void> {
  const { platform, env, execPath } = process
  const { dispatch } = commands
  const desktop = env['XDG_CURRENT_DESKTOP'] ?? ''
  const logDir = app.getPath('logs')
  const location = { dir: app.getPath('userData'), version: app.getVersion(), nowMs: Date.now() }
  const onError = (detail: string): void => log.error({ detail }, 'an operation failed')

  // What is stored, and the state that starts from it.
  const { settings, backupPath } = openSettings(location)
  // Existing settings of a previous start, even unreadable ones: no welcome page.
  if (backupPath !== null) settings.setWelcomed()
  const secretStores = { file: openSecretFile(location), sealed: openSealedStore(location) }
  const secrets = createSecrets({ keyring: safeStorage, ...secretStores, platform, log })
  const lastSeenFile = openLastSeenFile(location)
  const state = createState({
    platform,
    version: location.version,
    languages: app.getPreferredSystemLanguages(),
    sharedSettings: settings.shared,
    desktopSettings: settings.desktop,
    secrets: viewOfSecrets(secrets, settings),
    firstRun: !settings.welcomed,
    lastSeen: lastSeenFile.stored,
    notices: backupPath === null ? [] : [{ id: 'settings-corrupt', backupPath }],
  })
  const theme = createTheme({ nativeTheme, platform, desktop, onPanel: (isPanelDark) => state.update({ isPanelDark }) })
  const crashes = watchCrashes({ app, process, state, log })

  // Where the counts come from.
  const answerCommand = (path: string): void => control.listen(path)
  const backend = createBackend({ session, settings, secrets, state, crashes, answerCommand, log })
  const { links, browserUrls, server, accounts, invitations } = backend

  // What applies the settings to the system.
  const feed = await openUpdateFeed({ app, resourcesPath: process.resourcesPath, platform, env, log })
  const { isPackaged } = app
  const installation = installationOf(isPackaged, env)
  // Chromium's sandbox does not work at login if `npm start` could not use it.
  const switches = app.commandLine.hasSwitch('no-sandbox') ? ['--no-sandbox'] : []
  const appArguments = isPackaged ? [] : [...switches, app.getAppPath()]
  const autostart = createAutostart({ app, platform, env, execPath, isPackaged, appArguments })
  const shortcut = createShortcut(globalShortcut, () => dispatch({ do: 'toggle-window' }))
  const updater = createUpdater({ ...feed, log, ...systemClock, onState: (update) => state.update({ update }) })
  state.update({ update: updater.state })
  const applier = createSettingsApplier({ settings, state, autostart, shortcut, updater, now: Date.now })
  const muteEnd = createMuteEnd({ now: Date.now, schedule, onEnd: (muted) => void applier.updateDesktopSettings({ muted: [...muted] }) })

  // The surfaces, and what they show.
  const wordsFor = createWordsFor()
  const project = createProjection(wordsFor, Date.now)
  const readState = () => project(state.current).window
  app.setAboutPanelOptions({ applicationName: 'Mailbell', applicationVersion: location.version, copyright: 'MIT' })
  const idle = watchIdle(powerMonitor)
  const openClicked = createClickedOpener({
    env,
    perform: commands.perform,
    startAgain: () => startProgram([execPath, ...withoutOptions(process.argv.slice(1))]),
    showError: (error) => notifications.showError(error),
  })
  const notifications = createNotifications({
    platform,
    env,
    wordsFor,
    history: openHistoryFile(location),
    idle: idle.read,
    player: platform === 'linux' ? createPlayer(location.dir, onError) : SYSTEM_PLAYER,
    now: Date.now,
    schedule,
    onOpen: (target, token) => void openClicked(target, token),
    runAction: (request) => commands.perform({ do: 'act-on-message', request }),
    onError,
  })
  idle.onChange(notifications.recheck)
  powerMonitor.on('resume', notifications.woke)
  const tray = createTray({ platform, dispatch, onUse: () => trayHost.confirm() })
  const trayHost = watchTrayHost({
    platform,
    env,
    follow: followOutput,
    onAppear: tray.renew,
    onChange(isTrayMissing) {
      state.update({ isTrayMissing })
      window.followTray(isTrayMissing)
    },
  })
  const badge = createBadge(platform)
  const dialogs = createDialogs(dialog)
  const window = createWindow({
    icon: windowIcon,
    trayBounds: tray.bounds,
    isTrayMissing: () => trayHost.isMissing,
    hasDialog: () => dialogs.isOpen,
    background: theme.backgroundColor,
    onShow(shown) {
      applier.refresh()
      badge.restore(shown)
      state.update({ isWindowVisible: true })
    },
    onHide: () => state.update({ isWindowVisible: false }),
    onDestroy: () => state.update({ isWindowVisible: false, navigation: NO_NAVIGATION }),
    onCrash: (detail) => crashes.report('window', detail),
    onError,
  })
  const opener = createMessageOpener({
    platform,
    readSettings: () => settings.desktop,
    readServers: () => links.servers,
    openUrl: browserUrls.open,
    openProgram: createMailProgram({ platform, env, app, shell }),
    run: startProgram,
    openWindow: window.open,
    onError,
  })
  const disconnectSurfaces = connectSurfaces(state, project, [
    (_shown, { sharedSettings }) => theme.set(sharedSettings.theme),
    (_shown, { lastSeen }) => lastSeenFile.save(lastSeen),
    (_shown, { desktopSettings }) => muteEnd.follow(desktopSettings.muted),
    (shown) => tray.apply(shown.tray),
    (shown) => badge.apply(shown.badge, window.browserWindow),
    (shown) => notifications.apply(shown.window),
    (shown) => window.send(shown.window),
  ])

  const handle = createControlRequests({ state, window, applier, pid: process.pid, now: Date.now })
  const control = createControl({ platform, handle, log })

  const quitting = handleQuit(app, async () => {
    disconnectSurfaces()
    powerMonitor.off('resume', notifications.woke)
    backend.stop()
    for (const part of [control, shortcut, updater, theme, idle, muteEnd, trayHost, tray, notifications, window]) part.close()
    await server.close()
    log.close()
  })

  // What the window can request.
  const system = systemInfoOf(process, release(), installation)
  const folders = { userData: location.dir, logs: logDir, updates: feed.cacheDir, readServerDir: () => server.dataDir }
  const dataRemoval = createDataRemoval({ app, platform, env, execPath, isPackaged, installation, autostart, ...folders })
  const requests: RequestHandlers = {
    ...createRequests({ backend, settings, state, window, opener, notifications, applier }),
    ...createSecretsRequests({ secrets, settings, readSecrets: accounts.readSecrets, state }),
    ...createTransferRequests({ dialogs, settings, state, addStored: accounts.addStored, applier }),
    ...createSystemRequests({
      app,
      shell,
      clipboard,
      updater,
      quitting,
      logPath: logPaths(logDir).current,
      releasesPage: feed.releasesPage,
      readDiagnostics: () => formatDiagnostics(readState(), settings.accounts, system),
      listFiles: dataRemoval.list,
      restart() {
        // In an AppImage, the running program is in a mount that disappears.
        app.relaunch({ execPath: env['APPIMAGE'] ?? execPath })
        app.exit(0)
      },
      removeAndExit() {
        dataRemoval.run()
        app.exit(0)
      },
    }),
  }
  servePage(createFirstPaint({ readState, onError }))
  handleRequests({ ipcMain, requests, readState, log })

  commands.connect({
    run: createCommandHandlers({ app, state, window, opener, requests, invitations, log }),
    showError(error) {
      onError(error.detail ?? error.code)
      notifications.showError(error)
    },
  })
  app.on('activate', window.open)

  if (state.current.firstRun) void trayHost.warn(state)
  applier.start()
  dispatch({ do: 'launch', launch: { ...launch, hidden: launch.hidden || autostart.startedAtLogin(process.argv) } })
  await waitForKeyring({ secrets, settings, state, schedule })
  await accounts.start()
}
