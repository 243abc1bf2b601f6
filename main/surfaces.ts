/** From the state to everything outside the window: tray, badge, notifications. */
import type { BrowserWindow, Rectangle } from 'electron'
import { createBadge } from './badge.ts'
import { schedule } from './clock.ts'
import { type Alert, type AlertAct, type AlertMemory, alertsOf, awaitsNames } from './core/alerts.ts'
import { type MenuAction, type TrayView, viewOf } from './core/view.ts'
import { wordsFor } from './core/words.ts'
import type { MailOfServer, Outcome, WindowState } from './ipc.ts'
import { createNotifier } from './notifier.ts'
import type { AppTheme } from './theme.ts'
import { createTray } from './tray.ts'

export interface Surfaces {
  /** `window` is the app's window while there is one. */
  apply(state: WindowState, window: BrowserWindow | null): void
  /** Each time that the window is shown. */
  onWindowShown(window: BrowserWindow): void
  trayBounds(): Rectangle | null
  close(): void
}

export interface SurfacesDeps {
  readonly platform: NodeJS.Platform
  readonly theme: Pick<AppTheme, 'panelIsDark' | 'onChange'>
  readonly onAction: (action: MenuAction) => void
  readonly actOnMail: (request: MailOfServer) => Promise<Outcome>
  readonly onFailure: (detail: string) => void
}

/** So long a notification waits for who wrote; the count in the tray never does. */
const NAMES_MS = 4_000

export function createSurfaces({ platform, theme, onAction, actOnMail, onFailure }: SurfacesDeps): Surfaces {
  const tray = createTray({ platform, onAction })
  const badge = createBadge(platform)
  const notifier = createNotifier({
    platform,
    onClick: () => onAction('open'),
    onAct: (act, alert) => void runAct(act, alert),
    onFailure,
  })
  let memory: AlertMemory = new Map()
  let view: TrayView | null = null
  let endWait: (() => void) | null = null
  let last: WindowState | null = null

  /** What was asked for outside the window is answered there too, where it could not be done. */
  async function runAct({ request }: AlertAct, alert: Alert): Promise<void> {
    const outcome = await actOnMail(request)
    if (outcome.ok) return
    notifier.show([{ ...alert, title: wordsFor(last?.language ?? 'en').t('notDone'), body: outcome.detail ?? alert.body, acts: [] }])
  }

  const repaint = (): void => {
    if (view) tray.apply(view, theme.panelIsDark())
  }
  theme.onChange(repaint)

  function notify({ servers, language, preferences }: WindowState): void {
    endWait?.()
    endWait = null
    const told = alertsOf(memory, { servers, language })
    memory = told.memory
    if (preferences.notifications) notifier.show(told.alerts)
  }

  return {
    apply(state, window) {
      const { servers, language } = state
      last = state
      view = viewOf({ servers, language })
      repaint()
      badge.apply(view.badge, window)
      if (awaitsNames(memory, servers)) endWait ??= schedule(() => last && notify(last), NAMES_MS)
      else notify(state)
    },
    onWindowShown: badge.restore,
    trayBounds: tray.bounds,
    close() {
      endWait?.()
      notifier.close()
      tray.close()
    },
  }
}
