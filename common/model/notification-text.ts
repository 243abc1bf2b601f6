/** The text of a notification, as far as the settings allow bystanders to read it. */
import type { SharedSettings } from '../protocol/settings.ts'
import type { Message } from '../protocol/wire.ts'
import type { Words } from '../words/words.ts'
import type { NameOf } from './account-names.ts'
import { newestFirst } from './accounts.ts'
import type { AccountArrival } from './new-messages.ts'
import { plain, senderName } from './text.ts'

export interface NotificationText {
  readonly title: string
  readonly body: string
}

const MAX_NAMES = 3

/** For the new messages of one account. */
export function textOfArrival(
  { server, account, unread, count, messages }: AccountArrival,
  shows: SharedSettings['notificationText'],
  words: Words,
  nameOf: NameOf,
): NotificationText {
  const name = nameOf(server, account)
  const title = count === 1 ? words.t('newMail') : words.t('newMails', { count })
  if (shows === 'nothing') return { title, body: '' }
  if (shows === 'account') return { title, body: name }
  const [message] = messages
  if (!message) return { title: words.t('newMails', { count }), body: words.t('accountUnread', { account: name, count: unread }) }
  if (count === 1) return { title: senderName(message.from) || title, body: plain(message.subject) || words.t('noSubject') }
  return { title, body: sendersOf(messages, count, words) || name }
}

/** For the new messages of all accounts, in one. @param since a time in words; null to leave it out */
export function textOfSummary(
  arrivals: readonly AccountArrival[],
  since: string | null,
  shows: SharedSettings['notificationText'],
  words: Words,
  nameOf: NameOf,
): NotificationText {
  const count = arrivals.reduce((sum, arrival) => sum + arrival.count, 0)
  const title = since === null ? words.t('newMails', { count }) : words.t('newMailsSince', { count, since })
  if (shows === 'nothing') return { title, body: '' }
  const messages = arrivals.flatMap((arrival) => arrival.messages).toSorted(newestFirst)
  const accounts = words.series(arrivals.slice(0, MAX_NAMES).map(({ server, account }) => nameOf(server, account)))
  return { title, body: (shows === 'mail' && sendersOf(messages, count, words)) || accounts }
}

function sendersOf(messages: readonly Message[], count: number, words: Words): string {
  const names = messages.map(({ from }) => senderName(from))
  const shown = [...new Set(names)].filter((name) => name !== '').slice(0, MAX_NAMES)
  const senders = words.series(shown)
  const more = count - names.filter((name) => shown.includes(name)).length
  return more > 0 && shown.length > 0 ? words.t('andOthers', { senders, count: more }) : senders
}
