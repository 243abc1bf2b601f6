/** Everything that the app shows outside its window, put together: tray, badge, notifications, and what a click there does. */
import { app, type BrowserWindow, type Rectangle } from 'electron'
import { createAlerting } from './alerting.ts'
import { schedule } from './clock.ts'
import type { DesktopWindowState, Outcome, Requests } from './ipc.ts'
import type { Links } from './links.ts'
import type { LookFile } from './look-file.ts'
import { createMuteEnd } from './mute-end.ts'
import { createSurfaces } from './surfaces.ts'
import type { AppTheme } from './theme.ts'
import { createTrayCommands } from './tray-commands.ts'
import type { AppWindow } from './window.ts'

export interface Outside {
  apply(state: DesktopWindowState, window: BrowserWindow | null): void
  onWindowShown(window: BrowserWindow): void
  trayBounds(): Rectangle | null
  close(): void
}

export interface OutsideDeps {
  readonly platform: NodeJS.Platform
  readonly theme: Pick<AppTheme, 'panelIsDark' | 'onChange'>
  readonly look: LookFile
  readonly links: Pick<Links, 'servers'>
  /** Made later than this. */
  readonly requests: () => Pick<Requests, 'actOnMail' | 'checkNow' | 'choose' | 'markAllRead' | 'mute' | 'openLink'>
  readonly window: () => Pick<AppWindow, 'open'>
  /** Opens the window on one of its views. */
  readonly openView: (view: 'settings') => void
  readonly onCounted: (counted: number | null) => void
  readonly onFailure: (detail: string) => void
}

export function createOutside(deps: OutsideDeps): Outside {
  const { platform, theme, look, links, requests, window, openView, onCounted, onFailure } = deps
  const told = (outcome: Outcome): void => {
    if (!outcome.ok) onFailure(outcome.detail ?? outcome.code)
  }
  /** Where there is no page of the web for it, the window tells what there is to tell. */
  const openPage = (url: string | undefined): void => {
    if (url === undefined) window().open()
    else void requests().openLink(url).then(told)
  }
  const onCommand = createTrayCommands({
    requests: {
      checkNow: () => requests().checkNow(),
      markAllRead: (of) => requests().markAllRead(of),
      mute: (form) => requests().mute(form),
    },
    open: () => window().open(),
    openSettings: () => openView('settings'),
    openInbox: () => openPage(links.servers.flatMap(({ accounts }) => accounts ?? []).find(({ url }) => url !== undefined)?.url),
    openMail: ({ mail }) => openPage(mail.url),
    showAbout: () => app.showAboutPanel(),
    quit: () => app.quit(),
    onFailure: told,
  })
  const surfaces = createSurfaces({ platform, theme, look, now: Date.now, onCommand })
  const alerting = createAlerting({
    platform,
    onOpen: () => window().open(),
    actOnMail: (request) => requests().actOnMail(request),
    onFailure,
  })
  const muteEnd = createMuteEnd({
    now: Date.now,
    schedule,
    onEnd: (muted) =>
      void requests()
        .choose({ muted: [...muted] })
        .then(told),
  })

  return {
    apply(state, browserWindow) {
      muteEnd.follow(state.desktop.choices.muted)
      const counted = surfaces.apply(state, browserWindow)
      alerting.apply(state)
      // Last, for it changes the state, and that comes here again.
      if (counted !== state.desktop.counted) onCounted(counted)
    },
    onWindowShown: surfaces.onWindowShown,
    trayBounds: surfaces.trayBounds,
    close() {
      muteEnd.close()
      surfaces.close()
      alerting.close()
    },
  }
}
