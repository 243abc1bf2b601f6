/**
 * Notifications as Electron keeps them: all that were shown and not closed are in one set, and an event goes to the first one
 * with the id of the notification that the user sees (HandleToastActivation in windows_toast_activator.cc, GetNotification in
 * notification_presenter_mac.mm). The set is ordered by address; here the oldest comes first.
 */
import { randomUUID } from 'node:crypto'
import type { NotificationConstructorOptions } from 'electron'
import type { ShownNotification } from './process/calls.ts'
import { HostEmitter } from './emitter.ts'
import { hostCalls, scenario } from './scenario.ts'

const { platform } = scenario
/** All that were shown, for the spec. */
export const notifications: HostNotification[] = []
const presented = new Set<HostNotification>()

export class HostNotification extends HostEmitter {
  readonly options: NotificationConstructorOptions
  readonly id: string
  closed = false
  visible = false

  constructor(options: NotificationConstructorOptions = {}) {
    super()
    this.options = options
    // Linux ignores a given id.
    this.id = (platform !== 'linux' && options.id) || randomUUID()
  }
  static isSupported(): boolean {
    return scenario.notifications !== 'none'
  }
  show(): void {
    this.close()
    if (scenario.notifications === 'fail') {
      setImmediate(() => this.emit('failed', {}, 'Notifications are not allowed for this application'))
      return
    }
    // The system replaces the one with the same id, which Electron does not notice.
    hideAll(this.id)
    this.closed = false
    this.visible = true
    presented.add(this)
    notifications.push(this)
    this.emit('show', {})
  }
  close(): void {
    if (!presented.delete(this)) return
    // By its id, which a newer notification may have.
    hideAll(this.id)
    this.closed = true
  }
}

function hideAll(id: string): void {
  for (const other of notifications) if (other.id === id) other.visible = false
}

export const shownNotification = ({ options, closed, visible }: HostNotification): ShownNotification => ({
  closed,
  visible,
  title: options.title ?? '',
  body: options.body ?? '',
  silent: options.silent ?? false,
  // libnotify_notification.cc adds none on Linux (electron#24333).
  buttons: platform === 'linux' ? [] : (options.actions ?? []).map(({ text }) => text ?? ''),
})

/** @throws if the user cannot see it */
function visibleAt(index: number): HostNotification {
  const notification = notifications[index]
  if (!notification?.visible) throw new Error(`Notification ${index} is not shown.`)
  return notification
}

const firstWithId = (id: string): HostNotification | undefined => [...presented].find((each) => each.id === id)

hostCalls.clickNotification = (index) => {
  const clicked = visibleAt(index)
  // A toast of Windows has a handler of its own for a click, and only for that.
  const target = platform === 'darwin' ? firstWithId(clicked.id) : clicked
  target?.emit('click', {})
}
hostCalls.pressNotification = (index, actionIndex) => {
  const pressed = visibleAt(index)
  if (shownNotification(pressed).buttons[actionIndex] === undefined) throw new Error(`Notification ${index} has no button ${actionIndex}.`)
  firstWithId(pressed.id)?.emit('action', { actionIndex })
}
