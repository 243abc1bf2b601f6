/** Everything that the app shows outside its window, put together: tray, badge, notifications, and what a click there does. */
import { app, type BrowserWindow, powerMonitor, type Rectangle, shell } from 'electron'
import { createAlerting } from './alerting.ts'
import { schedule } from './clock.ts'
import type { DesktopWindowState, Outcome, Requests } from './ipc.ts'
import type { Links } from './links.ts'
import { openLookFile } from './look-file.ts'
import { createMailOpener, type MailOpener } from './mail-opener.ts'
import { createMailProgram } from './mail-program.ts'
import { createMuteEnd } from './mute-end.ts'
import { watchPresence } from './presence.ts'
import { startProgram } from './programs.ts'
import type { Settings } from './settings.ts'
import { createPlayer, SILENT_PLAYER } from './sounds.ts'
import { createSurfaces } from './surfaces.ts'
import type { AppTheme } from './theme.ts'
import { openToldFile } from './told-file.ts'
import { createTrayCommands } from './tray-commands.ts'
import type { AppWindow } from './window.ts'

export interface Outside {
  apply(state: DesktopWindowState, window: BrowserWindow | null): void
  onWindowShown(window: BrowserWindow): void
  showSample(): void
  readonly openShown: MailOpener['openShown']
  trayBounds(): Rectangle | null
  close(): void
}

export interface OutsideDeps {
  readonly platform: NodeJS.Platform
  readonly files: { readonly dir: string; readonly version: string; readonly nowMs: number }
  readonly theme: Pick<AppTheme, 'panelIsDark' | 'onChange'>
  readonly settings: Pick<Settings, 'choices'>
  readonly links: Pick<Links, 'servers'>
  /** Made later than this. */
  readonly requests: () => Pick<Requests, 'actOnMail' | 'checkNow' | 'choose' | 'markAllRead' | 'mute' | 'openLink'>
  readonly window: () => Pick<AppWindow, 'open' | 'prepare'>
  /** Opens the window on one of its views. */
  readonly openView: (view: 'settings') => void
  readonly onCounted: (counted: number | null) => void
  readonly onFailure: (detail: string) => void
}

export function createOutside(deps: OutsideDeps): Outside {
  const { platform, files, theme, settings, links, requests, window, openView, onCounted, onFailure } = deps
  const toldOf = (outcome: Outcome): void => {
    if (!outcome.ok) onFailure(outcome.detail ?? outcome.code)
  }
  const opener = createMailOpener({
    platform,
    choices: () => settings.choices,
    servers: () => links.servers,
    openLink: (url) => requests().openLink(url),
    openProgram: createMailProgram({ platform, env: process.env, app, shell }),
    run: startProgram,
    openWindow: () => window().open(),
    onFailure,
  })
  const openMail = async (of: Parameters<MailOpener['open']>[0]): Promise<void> => {
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
  const surfaces = createSurfaces({
    platform,
    theme,
    look: openLookFile(files),
    now: Date.now,
    onCommand,
    onHover: () => window().prepare(),
  })
  const watched = watchPresence({ powerMonitor, onChange: () => alerting.lookAgain() })
  const alerting = createAlerting({
    platform,
    told: openToldFile(files),
    presence: watched.read,
    player: platform === 'linux' ? createPlayer({ dir: files.dir, onFailure }) : SILENT_PLAYER,
    now: Date.now,
    schedule,
    onOpen: (of) => (of === null ? window().open() : void openMail(of)),
    actOnMail: (request) => requests().actOnMail(request),
    onFailure,
  })
  const muteEnd = createMuteEnd({
    now: Date.now,
    schedule,
    onEnd: (muted) =>
      void requests()
        .choose({ muted: [...muted] })
        .then(toldOf),
  })
  app.setAboutPanelOptions({ applicationName: 'Mailbell', applicationVersion: files.version, copyright: 'MIT' })
  powerMonitor.on('resume', alerting.woke)

  let last: DesktopWindowState | null = null

  function apply(state: DesktopWindowState, browserWindow: BrowserWindow | null): void {
    last = state
    muteEnd.follow(state.desktop.choices.muted)
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
    showSample: alerting.showSample,
    openShown: opener.openShown,
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
