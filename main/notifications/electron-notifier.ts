/** Notifications by Electron: on macOS and Windows, and on Linux where no service answers (dbus-notifier.ts). */
import { Notification, type NotificationConstructorOptions } from 'electron'
import { escapeMarkup } from '../../common/model/text.ts'
import type { NotificationPlan } from './compose.ts'
import type { DesktopSettings } from '../../common/protocol/settings.ts'
import type { Notifier, NotifierEvents } from './notifier.ts'
import { MAC_SOUNDS } from './sounds.ts'

interface ElectronNotifierDeps extends NotifierEvents {
  readonly platform: NodeJS.Platform
}

export function createElectronNotifier({ platform, onClick, onAction, onError }: ElectronNotifierDeps): Notifier {
  // A notification without a reference is garbage-collected, and its click is lost. Windows sends `close` when one moves to
  // the action center, where it can still be clicked, so the last one of each account stays referenced.
  const last = new Map<string, Notification>()

  function show(plan: NotificationPlan, sound: DesktopSettings['sound']): void {
    // Electron gives each notification an id of its own. With a reused id, the click or button of the newer one would go to the
    // older one (docs/decisions.md).
    last.get(plan.id)?.close()
    const notification = new Notification(optionsOf(plan, sound, platform))
    notification.on('click', () => onClick(plan, null))
    notification.on('action', ({ actionIndex }) => {
      const action = plan.actions[actionIndex]
      if (action) onAction(action, plan)
    })
    notification.on('failed', (_event, error) => onError(error))
    last.set(plan.id, notification)
    notification.show()
  }

  return {
    show(plans, sound) {
      if (Notification.isSupported()) for (const plan of plans) show(plan, sound)
    },
    remove(id) {
      last.get(id)?.close()
      last.delete(id)
    },
    close() {
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
