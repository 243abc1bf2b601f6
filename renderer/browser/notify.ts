/** The browser's notifications: one for everything that came with one answer. */
import { plain, senderName } from '../../common/model/text.ts'
import type { Words } from '../../common/words/words.ts'
import type { SharedSettings } from '../../common/protocol/settings.ts'
import type { NewMessage } from './new-messages.ts'
import type { ShellWorker } from './shell-worker.ts'

export interface NotificationWords {
  readonly title: string
  readonly body: string
}

const SENDERS = 3

/** A single mail by its sender and subject; several as one, by their number and senders. */
export function notificationWords(
  rises: readonly NewMessage[],
  shows: SharedSettings['notificationText'],
  words: Words,
): NotificationWords | null {
  const by = rises.reduce((sum, rise) => sum + rise.by, 0)
  if (by === 0) return null
  if (shows === 'nothing') return { title: words.t('newMails', { count: by }), body: '' }
  if (shows === 'account')
    return { title: words.t('newMails', { count: by }), body: words.list(rises.slice(0, SENDERS).map(({ account }) => plain(account))) }
  const mails = rises.flatMap((rise) => rise.mails)
  const [mail] = mails
  if (by === 1 && mail) {
    return { title: senderName(mail.from) || words.t('noSender'), body: plain(mail.subject) || words.t('noSubject') }
  }
  const senders = [...new Set(mails.map(({ from }) => senderName(from) || words.t('noSender')))]
  const accounts = rises.map(({ account, unread }) => words.t('accountUnread', { account: plain(account), count: unread }))
  return {
    title: words.t('newMails', { count: by }),
    body: senders.length > 0 ? words.list(senders.slice(0, SENDERS)) : accounts.slice(0, SENDERS).join('\n'),
  }
}

/** The web address of the mail, where it is about a single one that has an address. */
export function addressOf(rises: readonly NewMessage[]): string | null {
  const [rise] = rises
  const url = rises.length === 1 && rise?.by === 1 ? rise.mails[0]?.url : undefined
  return url !== undefined && /^https?:\/\//.test(url) ? url : null
}

/** Permission is asked for only here, which runs only on a click. */
export async function askPermission(): Promise<boolean> {
  if (!('Notification' in window)) return false
  if (Notification.permission === 'granted') return true
  return Notification.permission === 'default' && (await Notification.requestPermission()) === 'granted'
}

export const mayNotify = (): boolean => 'Notification' in window && Notification.permission === 'granted'

/**
 * A newer one takes the place of the one before, and is told like the first (`renotify`). A click opens the mail where
 * there is one address to open, else the page.
 */
export function show({ title, body }: NotificationWords, address: string | null, base: URL, worker: ShellWorker | null): void {
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
    // Android's Chrome takes notifications from service workers alone, and throws here.
    worker?.show(title, options)
  }
}
