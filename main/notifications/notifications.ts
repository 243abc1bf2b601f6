/** From the app's state to the system's notifications: remembers, waits and runs actions; plan.ts decides when one is due. */
import { heardSound } from '../../common/model/sounds.ts'
import type { Clock } from '../../common/async/clock.ts'
import type { ServerMessageRequest } from '../../common/protocol/bridge.ts'
import type { Outcome, RequestError } from '../../common/protocol/outcome.ts'
import type { DesktopSettings } from '../../common/protocol/settings.ts'
import type { DesktopWindowState } from '../../common/protocol/window-state.ts'
import type { WordsFor } from '../../common/words/words.ts'
import type { NotificationAction, NotificationPlan } from './compose.ts'
import type { IdleState } from './deferral.ts'
import type { HistoryFile } from './history-file.ts'
import { createNotifier } from './notifier.ts'
import { type NotificationState, NOTHING_NOTIFIED, planNotifications } from './plan.ts'
import type { Player } from './sounds.ts'

export type Notifications = ReturnType<typeof createNotifications>

interface NotificationsDeps extends Clock {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly wordsFor: WordsFor
  readonly history: HistoryFile
  readonly idle: () => IdleState
  readonly player: Player
  /** A notification was clicked. @param message null if it is about several @param activationToken as of `NotifierEvents` */
  readonly onOpen: (message: NotificationPlan['message'], activationToken: string | null) => void
  readonly runAction: (request: ServerMessageRequest) => Promise<Outcome>
  readonly onError: (detail: string) => void
}

/** How long a change that notifies nothing may wait before it is saved. */
const SAVE_MS = 30_000

export function createNotifications(deps: NotificationsDeps) {
  const { platform, env, wordsFor, history, idle, player, now, schedule, onOpen, runAction, onError } = deps
  const notifier = createNotifier({
    platform,
    env,
    openLabel: () => words().t('open'),
    onClick: ({ message }, activationToken) => onOpen(message, activationToken),
    onAction: (action, plan) => void run(action, plan),
    onError,
  })
  let state: NotificationState = { ...NOTHING_NOTIFIED, ...history.before }
  let wokeMs = now()
  let last: DesktopWindowState | null = null
  let cancelStep: (() => void) | null = null
  let cancelSave: (() => void) | null = null

  const words = () => wordsFor(last?.language ?? 'en')

  const failed = (id: string, body: string): NotificationPlan => ({
    id,
    title: words().t('actionFailed'),
    body,
    message: null,
    actions: [],
  })

  async function run({ request }: NotificationAction, plan: NotificationPlan): Promise<void> {
    const outcome = await runAction(request)
    if (!outcome.ok) notifier.show([{ ...failed(plan.id, words().error(outcome)), message: plan.message }], 'none')
  }

  function save(): void {
    cancelSave?.()
    cancelSave = null
    history.save(state.memories, state.lastMs ?? now())
  }

  function show(plans: readonly NotificationPlan[], chosen: DesktopSettings['sound']): void {
    const sound = heardSound(chosen, platform)
    const isOwn = sound !== 'system' && sound !== 'none'
    notifier.show(plans, isOwn && !player.works ? 'system' : sound)
    if (plans.length > 0 && isOwn && player.works) void player.play(sound)
  }

  function step(): void {
    cancelStep?.()
    cancelStep = null
    if (!last) return
    const { servers, language, sharedSettings, desktop } = last
    const { settings } = desktop
    const nowMs = now()
    const planned = planNotifications(state, { servers, words: wordsFor(language), sharedSettings, settings, idle: idle(), nowMs, wokeMs })
    state = planned.state
    if (planned.mustSave) save()
    else if (state.memories.size > 0) cancelSave ??= schedule(save, SAVE_MS)
    planned.close.forEach(notifier.remove)
    show(planned.show, settings.sound)
    if (planned.nextMs !== null) cancelStep = schedule(step, Math.max(0, planned.nextMs - nowMs))
  }

  return {
    apply(next: DesktopWindowState): void {
      last = next
      step()
    },
    /** The machine woke: messages that arrived while it slept make one summary. */
    woke(): void {
      wokeMs = now()
      step()
    },
    /** An example with the chosen sound, also while everything is muted. */
    showTestNotification(): void {
      const text = { title: words().t('sampleTitle'), body: words().t('sampleBody') }
      show([{ id: 'sample', ...text, message: null, actions: [] }], last?.desktop.settings.sound ?? 'system')
    },
    /** An action from the tray's menu failed. */
    showError: (error: RequestError): void => notifier.show([failed('error', words().error(error))], 'none'),
    /** The idle state has changed. */
    recheck: step,
    close(): void {
      cancelStep?.()
      save()
      notifier.close()
    },
  }
}
