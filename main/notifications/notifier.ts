/** Shows alerts as the system's notifications: one an account, the newer in place of the older. */
import { createHash } from 'node:crypto'
import { Notification, type NotificationConstructorOptions } from 'electron'
import { escapeMarkup } from '../../common/model/text.ts'
import type { NotificationAction, NotificationPlan } from './compose.ts'
import type { DesktopSettings } from '../../common/protocol/settings.ts'
import { MAC_SOUNDS } from './sounds.ts'

export interface Notifier {
  /** @param sound the system's, none, or one of our own: macOS plays that with the notification, Windows has only its own */
  show(alerts: readonly NotificationPlan[], sound: DesktopSettings['sound']): void
  /** Takes back the alert of this id: its mails have been read. */
  remove(id: string): void
  close(): void
}

export interface NotifierDeps {
  readonly platform: NodeJS.Platform
  readonly onClick: (alert: NotificationPlan) => void
  /** The person wants this done with the mail of the alert. */
  readonly onAction: (act: NotificationAction, alert: NotificationPlan) => void
  readonly onFailure: (detail: string) => void
}

export function createNotifier({ platform, onClick, onAction, onFailure }: NotifierDeps): Notifier {
  // A notification that nobody holds is collected, and its click is lost. Windows says `close` already when one moves
  // to its centre, where it can still be clicked: so the last one of each account is held.
  const last = new Map<string, Notification>()

  function show(alert: NotificationPlan, sound: DesktopSettings['sound']): void {
    if (platform === 'linux') last.get(alert.id)?.close()
    const notification = new Notification(optionsOf(alert, sound, platform))
    notification.on('click', () => onClick(alert))
    notification.on('action', ({ actionIndex }) => {
      const act = alert.actions[actionIndex]
      if (act) onAction(act, alert)
    })
    notification.on('failed', (_event, error) => onFailure(error))
    last.set(alert.id, notification)
    notification.show()
  }

  return {
    show(alerts, sound) {
      if (Notification.isSupported()) for (const alert of alerts) show(alert, sound)
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

/**
 * macOS and Windows replace a notification by its `id`, of which Windows takes 64 characters. Linux reads markup, where a
 * bare `&` or `<` would blank the body.
 */
function optionsOf(plan: NotificationPlan, sound: DesktopSettings['sound'], platform: NodeJS.Platform): NotificationConstructorOptions {
  const { title, body } = plan
  const actions = plan.actions.map(({ label }) => ({ type: 'button' as const, text: label }))
  if (platform === 'linux') return { title, body: escapeMarkup(body), silent: sound !== 'system', actions }
  const named = platform === 'darwin' && sound !== 'system' && sound !== 'none' ? { sound: MAC_SOUNDS[sound] } : {}
  return { title, body, silent: sound === 'none', ...named, id: createHash('sha256').update(plan.id).digest('hex'), actions }
}
