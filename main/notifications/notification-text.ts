/** Pure: what a notification says, as far as the person wants others to read it over their shoulder. */
import type { Message } from '../../common/protocol/wire.ts'
import type { SharedSettings } from '../../common/protocol/settings.ts'
import { plain, senderName } from '../../common/model/text.ts'
import type { Words } from '../../common/words/words.ts'

/** New mails of one account. */
export interface Bundle {
  readonly server: string
  readonly account: string
  /** All unread mails of the account. */
  readonly unread: number
  readonly count: number
  /** Those that can be named, newest first. */
  readonly mails: readonly Message[]
}

export interface NotificationText {
  readonly title: string
  readonly body: string
}

const SENDERS = 3

/** What came to one account within a burst. */
export function textOfBundle(
  { account, unread, count, mails }: Bundle,
  shows: SharedSettings['notificationText'],
  words: Words,
): NotificationText {
  const title = count === 1 ? words.t('newMail') : words.t('newMails', { count })
  if (shows === 'nothing') return { title, body: '' }
  if (shows === 'account') return { title, body: plain(account) }
  const [mail] = mails
  if (!mail) return { title: words.t('newMails', { count }), body: words.t('accountUnread', { account: plain(account), count: unread }) }
  if (count === 1) return { title: senderName(mail.from) || title, body: plain(mail.subject) || words.t('noSubject') }
  return { title, body: sendersOf(mails, count, words) || plain(account) }
}

/** What came to any account while nothing was told, in one. `since` in words, where that was long. */
export function textOfSummary(
  bundles: readonly Bundle[],
  since: string | null,
  shows: SharedSettings['notificationText'],
  words: Words,
): NotificationText {
  const count = bundles.reduce((sum, bundle) => sum + bundle.count, 0)
  const title = since === null ? words.t('newMails', { count }) : words.t('newMailsSince', { count, since })
  if (shows === 'nothing') return { title, body: '' }
  const mails = bundles.flatMap((bundle) => bundle.mails).toSorted((one, other) => (other.date ?? '').localeCompare(one.date ?? ''))
  const accounts = words.series(bundles.slice(0, SENDERS).map(({ account }) => plain(account)))
  return { title, body: shows === 'mail' && mails.length > 0 ? sendersOf(mails, count, words) || accounts : accounts }
}

const nameOf = ({ from }: Message): string => senderName(from)

function sendersOf(mails: readonly Message[], count: number, words: Words): string {
  const senders = [...new Set(mails.map(nameOf).filter((sender) => sender !== ''))].slice(0, SENDERS)
  const more = count - mails.filter((mail) => senders.includes(nameOf(mail))).length
  const who = words.series(senders)
  return more > 0 && senders.length > 0 ? words.t('andOthers', { senders: who, count: more }) : who
}

/** Text for a server of notifications that reads markup (Linux): `&` or `<` would blank the body. */
export const escapeMarkup = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
