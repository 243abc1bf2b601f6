/** From the state to notifications: when they are due is core/alerts.ts; here is what remembers, waits and acts. */
import type { NotificationAction, NotificationPlan } from './compose.ts'
import { type NotificationState, NOTHING_NOTIFIED, planNotifications } from './plan.ts'
import type { IdleState } from './deferral.ts'
import { wordsFor } from '../../common/words/words.ts'
import type { ServerMessageRequest } from '../../common/protocol/bridge.ts'
import type { DesktopWindowState } from '../../common/protocol/window-state.ts'
import type { Outcome } from '../../common/protocol/outcome.ts'
import type { DesktopSettings } from '../../common/protocol/settings.ts'
import { createNotifier } from './notifier.ts'
import type { Player } from './sounds.ts'
import type { HistoryFile } from './history-file.ts'

export interface Notifications {
  apply(state: DesktopWindowState): void
  /** The machine has woken: what came while it slept is told in one. */
  woke(): void
  /** As a new mail is told now, for whoever wants to see and hear it; whatever is muted. */
  showTestNotification(): void
  /** What was asked for in the tray's menu, or by a click on a notification, could not be done. */
  showFailure(detail: string): void
  /** Somebody has come, or locked the screen. */
  recheck(): void
  close(): void
}

export interface NotificationsDeps {
  readonly platform: NodeJS.Platform
  readonly history: HistoryFile
  readonly idle: () => IdleState
  readonly player: Player
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly schedule: (callback: () => void, ms: number) => () => void
  /** A notification was clicked; `mail` is the one that it tells of, null where there are several. */
  readonly onOpen: (mail: NotificationPlan['message']) => void
  readonly runAction: (request: ServerMessageRequest) => Promise<Outcome>
  readonly onFailure: (detail: string) => void
}

/** What is only counted and not told is kept on disk after so long, and at the end. */
const KEEP_MS = 30_000

export function createNotifications(deps: NotificationsDeps): Notifications {
  const { platform, history, idle, player, now, schedule, onOpen, runAction, onFailure } = deps
  const notifier = createNotifier({
    platform,
    onClick: ({ message }) => onOpen(message),
    onAction: (act, alert) => void runAct(act, alert),
    onFailure,
  })
  let state: NotificationState = { ...NOTHING_NOTIFIED, ...history.before }
  let wokeMs = now()
  let last: DesktopWindowState | null = null
  let endWait: (() => void) | null = null
  let endKeeping: (() => void) | null = null

  /** What was asked for outside the window is answered there too, where it could not be done. */
  async function runAct({ request }: NotificationAction, alert: NotificationPlan): Promise<void> {
    const outcome = await runAction(request)
    if (!outcome.ok)
      notifier.show([{ ...alert, title: words().t('actionFailed'), body: outcome.detail ?? alert.body, actions: [] }], 'none')
  }

  const words = () => wordsFor(last?.language ?? 'en')

  function keep(): void {
    endKeeping?.()
    endKeeping = null
    history.save(state.memories, state.lastMs ?? now())
  }

  function tell(alerts: readonly NotificationPlan[], sound: DesktopSettings['sound']): void {
    const isOwn = sound !== 'system' && sound !== 'none'
    notifier.show(alerts, isOwn && !player.works ? 'system' : sound)
    if (alerts.length > 0 && isOwn && player.works) void player.play(sound)
  }

  function step(): void {
    endWait?.()
    endWait = null
    if (!last) return
    const {
      servers,
      language,
      sharedSettings,
      desktop: { settings },
    } = last
    const nowMs = now()
    const before = state
    const stepped = planNotifications(before, {
      servers,
      language,
      sharedSettings: sharedSettings,
      settings: settings,
      idle: idle(),
      nowMs,
      wokeMs,
    })
    state = stepped.state
    if (stepped.mustSave) keep()
    else if (state.memories.size > 0) endKeeping ??= schedule(keep, KEEP_MS)
    stepped.close.forEach(notifier.remove)
    tell(stepped.show, settings.sound)
    if (stepped.nextMs !== null) endWait = schedule(step, Math.max(0, stepped.nextMs - nowMs))
  }

  return {
    apply(next) {
      last = next
      step()
    },
    woke() {
      wokeMs = now()
      step()
    },
    showTestNotification() {
      const sample: NotificationPlan = {
        id: 'sample',
        title: words().t('sampleTitle'),
        body: words().t('sampleBody'),
        message: null,
        actions: [],
      }
      tell([sample], last?.desktop.settings.sound ?? 'system')
    },
    showFailure(detail) {
      notifier.show([{ id: 'failure', title: words().t('actionFailed'), body: detail, message: null, actions: [] }], 'none')
    },
    recheck: step,
    close() {
      endWait?.()
      keep()
      notifier.close()
    },
  }
}
