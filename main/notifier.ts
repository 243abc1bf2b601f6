/** Shows alerts as the system's notifications: one an account, the newer in place of the older. */
import { Notification } from 'electron'
import { type Alert, escapeMarkup } from './core/alerts.ts'

export interface Notifier {
  show(alerts: readonly Alert[]): void
  close(): void
}

export interface NotifierDeps {
  readonly platform: NodeJS.Platform
  readonly onClick: (alert: Alert) => void
  readonly onFailure: (detail: string) => void
}

export function createNotifier({ platform, onClick, onFailure }: NotifierDeps): Notifier {
  // A notification that nobody holds is collected, and its click is lost.
  const open = new Map<string, Notification>()

  function show(alert: Alert): void {
    open.get(alert.id)?.close()
    const body = platform === 'linux' ? escapeMarkup(alert.body) : alert.body
    const notification = new Notification({ title: alert.title, body })
    const forget = (): void => {
      if (open.get(alert.id) === notification) open.delete(alert.id)
    }
    notification.on('click', () => {
      forget()
      onClick(alert)
    })
    notification.on('close', forget)
    notification.on('failed', (_event, error) => {
      forget()
      onFailure(error)
    })
    open.set(alert.id, notification)
    notification.show()
  }

  return {
    show(alerts) {
      if (Notification.isSupported()) alerts.forEach(show)
    },
    close() {
      for (const notification of open.values()) notification.close()
      open.clear()
    },
  }
}
