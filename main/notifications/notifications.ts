/** From the state to notifications: when they are due is core/alerts.ts; here is what remembers, waits and acts. */
import { type NotificationPlan, type NotificationAction, type NotificationState, NOTHING_NOTIFIED, planNotifications } from './plan.ts'
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
  lookAgain(): void
  close(): void
}

export interface NotificationsDeps {
  readonly platform: NodeJS.Platform
  readonly told: HistoryFile
  readonly presence: () => IdleState
  readonly player: Player
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly schedule: (callback: () => void, ms: number) => () => void
  /** A notification was clicked; `mail` is the one that it tells of, null where there are several. */
  readonly onOpen: (mail: NotificationPlan['mail']) => void
  readonly actOnMessage: (request: ServerMessageRequest) => Promise<Outcome>
  readonly onFailure: (detail: string) => void
}

/** What is only counted and not told is kept on disk after so long, and at the end. */
const KEEP_MS = 30_000

export function createNotifications(deps: NotificationsDeps): Notifications {
  const { platform, told, presence, player, now, schedule, onOpen, actOnMessage, onFailure } = deps
  const notifier = createNotifier({
    platform,
    onClick: ({ mail }) => onOpen(mail),
    onAct: (act, alert) => void runAct(act, alert),
    onFailure,
  })
  let state: NotificationState = { ...NOTHING_NOTIFIED, ...told.before }
  let wokeMs = now()
  let last: DesktopWindowState | null = null
  let endWait: (() => void) | null = null
  let endKeeping: (() => void) | null = null

  /** What was asked for outside the window is answered there too, where it could not be done. */
  async function runAct({ request }: NotificationAction, alert: NotificationPlan): Promise<void> {
    const outcome = await actOnMessage(request)
    if (!outcome.ok) notifier.show([{ ...alert, title: words().t('actionFailed'), body: outcome.detail ?? alert.body, acts: [] }], 'none')
  }

  const words = () => wordsFor(last?.language ?? 'en')

  function keep(): void {
    endKeeping?.()
    endKeeping = null
    told.keep(state.memories, state.lastMs ?? now())
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
      preferences: sharedSettings,
      choices: settings,
      presence: presence(),
      nowMs,
      wokeMs,
    })
    state = stepped.state
    if (stepped.mustKeep) keep()
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
        mail: null,
        acts: [],
      }
      tell([sample], last?.desktop.settings.sound ?? 'system')
    },
    showFailure(detail) {
      notifier.show([{ id: 'failure', title: words().t('actionFailed'), body: detail, mail: null, acts: [] }], 'none')
    },
    lookAgain: step,
    close() {
      endWait?.()
      keep()
      notifier.close()
    },
  }
}
