/** The browser's notifications: one for all new messages of one answer. */
import type { NameOf } from '../../common/model/account-names.ts'
import type { AccountArrival } from '../../common/model/new-messages.ts'
import { type NotificationText, textOfArrival, textOfSummary } from '../../common/model/notification-text.ts'
import type { SharedSettings } from '../../common/protocol/settings.ts'
import type { Words } from '../../common/words/words.ts'
import { webAddress } from '../view/messages.ts'
import type { ShellWorker } from './shell-worker.ts'

export function textOf(
  arrivals: readonly AccountArrival[],
  shows: SharedSettings['notificationText'],
  words: Words,
  nameOf: NameOf,
): NotificationText {
  const [first, ...others] = arrivals
  return first && others.length === 0 ? textOfArrival(first, shows, words, nameOf) : textOfSummary(arrivals, null, shows, words, nameOf)
}

/** The web address of a single new message; null if there is none, or there are several messages. */
export function addressOf([first, ...others]: readonly AccountArrival[]): string | null {
  return first?.count === 1 && others.length === 0 ? webAddress(first.messages[0]?.url) : null
}

/** Called only on a click, as browsers demand. */
export async function askPermission(): Promise<boolean> {
  if (!('Notification' in window)) return false
  if (Notification.permission === 'granted') return true
  return Notification.permission === 'default' && (await Notification.requestPermission()) === 'granted'
}

/**
 * A newer notification replaces the one before, and sounds like the first (`renotify`). A click opens the message if
 * there is one address to open, else the page.
 */
export function show({ title, body }: NotificationText, address: string | null, base: URL, worker: ShellWorker): void {
  const icon = new URL('icon-192.png', base).href
  const options = { body, icon, tag: `mailbell ${base.pathname}`, renotify: true, data: address }
  try {
    const notification = new Notification(title, options)
    notification.addEventListener('click', () => {
      if (address === null) window.focus()
      else window.open(address, '_blank', 'noopener')
      notification.close()
    })
  } catch {
    // Android's Chrome accepts notifications from service workers alone, and throws here.
    worker?.show(title, options)
  }
}
