/** The system's notifications: one for each account, a newer one in place of the older. */
import { Notification, type NotificationConstructorOptions } from 'electron'
import { escapeMarkup } from '../../common/model/text.ts'
import type { NotificationAction, NotificationPlan } from './compose.ts'
import type { DesktopSettings } from '../../common/protocol/settings.ts'
import { MAC_SOUNDS } from './sounds.ts'

interface NotifierDeps {
  readonly platform: NodeJS.Platform
  readonly onClick: (plan: NotificationPlan) => void
  readonly onAction: (action: NotificationAction, plan: NotificationPlan) => void
  readonly onError: (detail: string) => void
}

export function createNotifier({ platform, onClick, onAction, onError }: NotifierDeps) {
  // A notification without a reference is garbage-collected, and its click is lost. Windows sends `close` when one moves to
  // the action center, where it can still be clicked, so the last one of each account stays referenced.
  const last = new Map<string, Notification>()

  function show(plan: NotificationPlan, sound: DesktopSettings['sound']): void {
    // Electron gives each notification an id of its own. With a reused id, the click or button of the newer one would go to the
    // older one (docs/decisions.md).
    last.get(plan.id)?.close()
    const notification = new Notification(optionsOf(plan, sound, platform))
    notification.on('click', () => onClick(plan))
    notification.on('action', ({ actionIndex }) => {
      const action = plan.actions[actionIndex]
      if (action) onAction(action, plan)
    })
    notification.on('failed', (_event, error) => onError(error))
    last.set(plan.id, notification)
    notification.show()
  }

  return {
    /** @param sound the system's, none, or one of ours, which macOS plays itself and Windows cannot play */
    show(plans: readonly NotificationPlan[], sound: DesktopSettings['sound']): void {
      if (Notification.isSupported()) for (const plan of plans) show(plan, sound)
    },
    remove(id: string): void {
      last.get(id)?.close()
      last.delete(id)
    },
    close(): void {
      for (const notification of last.values()) notification.close()
      last.clear()
    },
  }
}

/** Linux reads markup, where a bare `&` or `<` would blank the body. */
function optionsOf(plan: NotificationPlan, sound: DesktopSettings['sound'], platform: NodeJS.Platform): NotificationConstructorOptions {
  const { title, body } = plan
  const actions = plan.actions.map(({ label }) => ({ type: 'button' as const, text: label }))
  if (platform === 'linux') return { title, body: escapeMarkup(body), silent: sound !== 'system', actions }
  const named = platform === 'darwin' && sound !== 'system' && sound !== 'none' ? { sound: MAC_SOUNDS[sound] } : {}
  return { title, body, silent: sound === 'none', ...named, actions }
}
