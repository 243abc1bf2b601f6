/** Everything that the app shows outside its window, put together: tray, badge, notifications, and what a click there does. */
import { app, type BrowserWindow, powerMonitor, type Rectangle, shell } from 'electron'
import { createNotifications } from './notifications/notifications.ts'
import { schedule } from './system/clock.ts'
import type { Requests } from '../common/protocol/bridge.ts'
import type { DesktopWindowState } from '../common/protocol/window-state.ts'
import type { Outcome } from '../common/protocol/outcome.ts'
import type { Links } from './servers/links.ts'
import { openLastSeenFile } from './tray/last-seen-file.ts'
import { createMessageOpener, type MessageOpener } from './opening/opener.ts'
import { createMailProgram } from './opening/mail-program.ts'
import { createMuteEnd } from './notifications/mute-end.ts'
import { watchIdle } from './notifications/idle-detection.ts'
import { startProgram } from './system/programs.ts'
import type { SettingsStore } from './settings/settings.ts'
import { createPlayer, SILENT_PLAYER } from './notifications/sounds.ts'
import { createTrayAndBadge } from './tray/icons-and-badge.ts'
import type { AppTheme } from './window/theme.ts'
import { openHistoryFile } from './notifications/history-file.ts'
import { createTrayCommands } from './tray/tray-commands.ts'
import type { AppWindow } from './window/window.ts'

export interface Surfaces {
  apply(state: DesktopWindowState, window: BrowserWindow | null): void
  onWindowShown(window: BrowserWindow): void
  showTestNotification(): void
  readonly openShown: MessageOpener['openById']
  trayBounds(): Rectangle | null
  close(): void
}

export interface SurfacesDeps {
  readonly platform: NodeJS.Platform
  readonly files: { readonly dir: string; readonly version: string; readonly nowMs: number }
  readonly theme: Pick<AppTheme, 'panelIsDark' | 'onChange'>
  readonly settings: Pick<SettingsStore, 'desktop'>
  readonly links: Pick<Links, 'servers'>
  /** Made later than this. */
  readonly requests: () => Pick<Requests, 'actOnMessage' | 'checkNow' | 'updateDesktopSettings' | 'markAllRead' | 'mute' | 'openLink'>
  readonly window: () => Pick<AppWindow, 'open' | 'preload'>
  /** Opens the window on one of its views. */
  readonly openView: (view: 'settings') => void
  readonly onCounted: (counted: number | null) => void
  readonly onFailure: (detail: string) => void
}

export function createSurfaces(deps: SurfacesDeps): Surfaces {
  const { platform, files, theme, settings, links, requests, window, openView, onCounted, onFailure } = deps
  const toldOf = (outcome: Outcome): void => {
    if (!outcome.ok) onFailure(outcome.detail ?? outcome.code)
  }
  const opener = createMessageOpener({
    platform,
    choices: () => settings.desktop,
    servers: () => links.servers,
    openLink: (url) => requests().openLink(url),
    openProgram: createMailProgram({ platform, env: process.env, app, shell }),
    run: startProgram,
    openWindow: () => window().open(),
    onFailure,
  })
  const openMail = async (of: Parameters<MessageOpener['open']>[0]): Promise<void> => {
    const outcome = await opener.open(of)
    if (!outcome.ok && outcome.detail !== undefined) alerting.showFailure(outcome.detail)
  }
  const onCommand = createTrayCommands({
    requests: {
      checkNow: () => requests().checkNow(),
      markAllRead: (of) => requests().markAllRead(of),
      mute: (form) => requests().mute(form),
    },
    open: () => window().open(),
    openSettings: () => openView('settings'),
    openInbox: () => void openMail(null),
    openMail: (of) => void openMail(of),
    showAbout: () => app.showAboutPanel(),
    quit: () => app.quit(),
    // Whoever asked outside the window is answered there.
    onFailure(outcome) {
      toldOf(outcome)
      alerting.showFailure(outcome.detail ?? outcome.code)
    },
  })
  const surfaces = createTrayAndBadge({
    platform,
    theme,
    look: openLastSeenFile(files),
    now: Date.now,
    onCommand,
    onHover: () => window().preload(),
  })
  const watched = watchIdle({ powerMonitor, onChange: () => alerting.recheck() })
  const alerting = createNotifications({
    platform,
    history: openHistoryFile(files),
    idle: watched.read,
    player: platform === 'linux' ? createPlayer({ dir: files.dir, onFailure }) : SILENT_PLAYER,
    now: Date.now,
    schedule,
    onOpen: (of) => (of === null ? window().open() : void openMail(of)),
    runAction: (request) => requests().actOnMessage(request),
    onFailure,
  })
  const muteEnd = createMuteEnd({
    now: Date.now,
    schedule,
    onEnd: (muted) =>
      void requests()
        .updateDesktopSettings({ muted: [...muted] })
        .then(toldOf),
  })
  app.setAboutPanelOptions({ applicationName: 'Mailbell', applicationVersion: files.version, copyright: 'MIT' })
  powerMonitor.on('resume', alerting.woke)

  let last: DesktopWindowState | null = null

  function apply(state: DesktopWindowState, browserWindow: BrowserWindow | null): void {
    last = state
    muteEnd.follow(state.desktop.settings.muted)
    const counted = surfaces.apply(state, browserWindow)
    alerting.apply(state)
    // At the end, for it changes the state, and that comes here again.
    if (counted !== state.desktop.counted) onCounted(counted)
  }

  return {
    apply,
    onWindowShown(shown) {
      surfaces.onWindowShown(shown)
      // The person looks: nothing is new since then.
      if (last) apply(last, shown)
    },
    showTestNotification: alerting.showTestNotification,
    openShown: opener.openById,
    trayBounds: surfaces.trayBounds,
    close() {
      powerMonitor.off('resume', alerting.woke)
      watched.close()
      muteEnd.close()
      surfaces.close()
      alerting.close()
    },
  }
}
