/** From the state to notifications: when they are due is core/alerts.ts; here is what remembers, waits and acts. */
import { type Alert, type AlertAct, type AlertState, NOTHING_TOLD, stepAlerts } from './core/alerts.ts'
import type { Presence } from './core/holding.ts'
import { wordsFor } from './core/words.ts'
import type { Choices, DesktopWindowState, MailOfServer, Outcome } from './ipc.ts'
import { createNotifier } from './notifier.ts'
import type { Player } from './sounds.ts'
import type { ToldFile } from './told-file.ts'

export interface Alerting {
  apply(state: DesktopWindowState): void
  /** The machine has woken: what came while it slept is told in one. */
  woke(): void
  /** As a new mail is told now, for whoever wants to see and hear it; whatever is muted. */
  showSample(): void
  /** What was asked for in the tray's menu, or by a click on a notification, could not be done. */
  showFailure(detail: string): void
  /** Somebody has come, or locked the screen. */
  lookAgain(): void
  close(): void
}

export interface AlertingDeps {
  readonly platform: NodeJS.Platform
  readonly told: ToldFile
  readonly presence: () => Presence
  readonly player: Player
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly schedule: (callback: () => void, ms: number) => () => void
  /** A notification was clicked; `mail` is the one that it tells of, null where there are several. */
  readonly onOpen: (mail: Alert['mail']) => void
  readonly actOnMail: (request: MailOfServer) => Promise<Outcome>
  readonly onFailure: (detail: string) => void
}

/** What is only counted and not told is kept on disk after so long, and at the end. */
const KEEP_MS = 30_000

export function createAlerting(deps: AlertingDeps): Alerting {
  const { platform, told, presence, player, now, schedule, onOpen, actOnMail, onFailure } = deps
  const notifier = createNotifier({
    platform,
    onClick: ({ mail }) => onOpen(mail),
    onAct: (act, alert) => void runAct(act, alert),
    onFailure,
  })
  let state: AlertState = { ...NOTHING_TOLD, ...told.before }
  let wokeMs = now()
  let last: DesktopWindowState | null = null
  let endWait: (() => void) | null = null
  let endKeeping: (() => void) | null = null

  /** What was asked for outside the window is answered there too, where it could not be done. */
  async function runAct({ request }: AlertAct, alert: Alert): Promise<void> {
    const outcome = await actOnMail(request)
    if (!outcome.ok) notifier.show([{ ...alert, title: words().t('notDone'), body: outcome.detail ?? alert.body, acts: [] }], 'none')
  }

  const words = () => wordsFor(last?.language ?? 'en')

  function keep(): void {
    endKeeping?.()
    endKeeping = null
    told.keep(state.memories, state.lastMs ?? now())
  }

  function tell(alerts: readonly Alert[], sound: Choices['sound']): void {
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
      preferences,
      desktop: { choices },
    } = last
    const nowMs = now()
    const before = state
    const stepped = stepAlerts(before, { servers, language, preferences, choices, presence: presence(), nowMs, wokeMs })
    state = stepped.state
    if (stepped.mustKeep) keep()
    else if (state.memories.size > 0) endKeeping ??= schedule(keep, KEEP_MS)
    stepped.close.forEach(notifier.remove)
    tell(stepped.show, choices.sound)
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
    showSample() {
      const sample: Alert = { id: 'sample', title: words().t('sampleTitle'), body: words().t('sampleBody'), mail: null, acts: [] }
      tell([sample], last?.desktop.choices.sound ?? 'system')
    },
    showFailure(detail) {
      notifier.show([{ id: 'failure', title: words().t('notDone'), body: detail, mail: null, acts: [] }], 'none')
    },
    lookAgain: step,
    close() {
      endWait?.()
      keep()
      notifier.close()
    },
  }
}
