/** What the person sees and asks, put together: tray, badge and notifications, the window, its requests, and the end. */
import { app, type BrowserWindow, dialog, ipcMain, nativeTheme, powerMonitor } from 'electron'
import type { Services, Files } from './services.ts'
import { createMaintenance } from './maintenance.ts'
import type { LaunchArguments } from './system/arguments.ts'
import { createDialogs } from './window/dialogs.ts'
import { handleRequests } from './window/ipc-handlers.ts'
import type { Log } from './system/log.ts'
import { createSurfaces } from './surfaces.ts'
import { watchPower } from './system/power.ts'
import { createQuitHandler } from './system/quitting.ts'
import { createRequests } from './requests.ts'
import type { AppState } from './state.ts'
import { createTheme } from './window/theme.ts'
import { createTrayRequests } from './tray/tray-commands.ts'
import { findTrayHost } from './tray/tray-host.ts'
import { createWindow } from './window/window.ts'

export interface DesktopApp {
  /** Moments at which the network may have changed. */
  look(): void
  /** What a start of the app asks for, this one or a later one. */
  heed(wishes: LaunchArguments): void
  /** Starts what waits for the accounts; true where the app shows itself only when it is wanted. */
  begin(): boolean
}

export interface DesktopAppDeps extends Services {
  readonly log: Log
  readonly files: Files
  readonly onFailure: (detail: string) => void
}

export async function createDesktopApp(deps: DesktopAppDeps): Promise<DesktopApp> {
  const { log, files, settings, secrets, state, crashes, links, webLinks, server, accounts, invitations, onFailure } = deps
  const desktop = process.env['XDG_CURRENT_DESKTOP'] ?? ''
  const theme = createTheme({ nativeTheme, platform: process.platform, desktop })
  const openView = (view: 'settings'): void => {
    state.updateDesktop({ navigation: { view, requestId: state.current.desktop.navigation.requestId + 1 } })
    window.open()
  }
  const outside = createSurfaces({
    platform: process.platform,
    files,
    theme,
    settings,
    links,
    requests: () => requests,
    window: () => window,
    openView,
    onCounted: (counted) => state.updateDesktop({ counted }),
    onFailure,
  })
  const dialogs = createDialogs(dialog)
  const window = createWindow({
    trayBounds: outside.trayBounds,
    hasDialog: () => dialogs.isOpen,
    background: theme.backgroundColor,
    onShown(shown: BrowserWindow) {
      care.refresh()
      outside.onWindowShown(shown)
    },
    onCrash: (detail) => crashes.report('window', detail),
    onFailure,
  })
  const care = await createMaintenance({
    settings,
    secrets,
    state,
    accounts,
    log,
    dialog: dialogs,
    updateSharedSettings: (change) => requests.updateSharedSettings(change),
    toggleWindow: () => (window.browserWindow?.isVisible() ? window.hide() : window.open()),
    showTestNotification: outside.showTestNotification,
    endWith: (last) => quitting.endWith(last),
    dataDir: () => (server.state.phase === 'listening' ? server.state.dataDir : null),
  })
  const tray = createTrayRequests({ choices: () => settings.desktop, choose: care.requests.updateDesktopSettings, links, now: Date.now })
  const requests = createRequests({
    care: care.requests,
    tray,
    accounts,
    server,
    links,
    settings,
    state,
    webLinks,
    openMessage: outside.openShown,
    window,
    invitations,
  })
  handleRequests({ ipcMain, requests, readState: () => state.current, log })

  const endShowing = state.onChange((next) => {
    theme.set(next.sharedSettings.theme)
    window.send(next)
    outside.apply(next, window.browserWindow)
  })
  app.on('activate', window.open)
  const power = watchPower({ powerMonitor, sleepers: [{ suspend: links.stop, poke: links.poke }, server], log })
  const quitting = createQuitHandler(app, async () => {
    endShowing()
    power.close()
    links.stop()
    care.close()
    theme.close()
    outside.close()
    window.close()
    await server.close()
    log.close()
  })
  if (state.current.desktop.firstRun) void tellOfTray(state, desktop)

  return {
    look: power.checkNetwork,
    heed(wishes) {
      const invited = wishes.links.filter((link) => invitations.take(link)).length > 0
      if (wishes.links.length > 0 && !invited) log.warn({}, 'a mailbell: link was none of ours, and is left alone')
      if (wishes.quit) return app.quit()
      if (wishes.check) void requests.checkNow()
      if (wishes.settings) return openView('settings')
      if (invited || !(wishes.hidden || wishes.check)) window.open()
    },
    begin() {
      care.begin()
      return care.startedHidden
    },
  }
}

/** Nobody would look for an icon that no panel shows. */
async function tellOfTray(state: AppState, desktop: string): Promise<void> {
  const host = await findTrayHost({ platform: process.platform, env: process.env })
  if (host === 'missing') state.addNotice({ id: 'no-tray', gnome: /gnome/i.test(desktop) })
}
