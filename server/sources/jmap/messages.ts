/** Messages as the server describes them (RFC 8621, section 4): sender, subject and date. */
import { z } from 'zod'
import { type Message, MessageId } from '../../../common/protocol/wire.ts'
import { isoDate, readable } from '../../platform/text.ts'
import { LATEST_MESSAGES } from '../lib/mail/latest.ts'
import { searchUrl } from '../lib/mail/web-mail.ts'
import { validOnes } from '../lib/valid-ones.ts'
import { Id } from './calls.ts'

const Address = z.object({ name: z.string().nullish().catch(null), email: z.string().nullish().catch(null) })
const Flags = z.record(z.string(), z.unknown()).catch({})

const Email = z.object({
  id: Id,
  threadId: z.string().nullish().catch(null),
  mailboxIds: Flags,
  keywords: Flags,
  from: z.array(Address).nullish().catch(null),
  subject: z.string().nullish().catch(null),
  receivedAt: z.string().nullish().catch(null),
  messageId: z.tuple([MessageId], z.unknown()).nullish().catch(null),
})
export type Email = z.infer<typeof Email>

export const EMAIL_PROPERTIES = Object.keys(Email.shape)

/** A message that is not valid is left out. */
export const EmailGet = z.object({ list: z.array(z.unknown()).transform((list) => validOnes(Email, list)) })

export const isUnread = ({ keywords }: Pick<Email, 'keywords'>): boolean => keywords['$seen'] !== true && keywords['$draft'] !== true

export const newestFirst = (emails: readonly Email[]): readonly Email[] =>
  emails.toSorted((a, b) => (b.receivedAt ?? '').localeCompare(a.receivedAt ?? ''))

/**
 * The first unread messages.
 * @param isCollapsed one of each conversation
 */
export function latestOf(emails: readonly Email[], isCollapsed: boolean): readonly Email[] {
  const firsts = new Map<string, Email>()
  for (const email of emails.filter(isUnread)) {
    const key = (isCollapsed && email.threadId) || email.id
    if (!firsts.has(key)) firsts.set(key, email)
  }
  return [...firsts.values()].slice(0, LATEST_MESSAGES)
}

/** @param paths of the counted mailboxes, by id, in their order */
export function messageOf(
  { id, mailboxIds, from, subject, receivedAt, messageId }: Email,
  paths: ReadonlyMap<string, string>,
  webUrl: string | undefined,
): Message {
  const sender = from?.[0]
  const [folder] = [...paths].flatMap(([mailbox, path]) => (mailboxIds[mailbox] === true ? [path] : []))
  return {
    id,
    folder,
    from: readable(sender?.name ?? '') || readable(sender?.email ?? ''),
    subject: readable(subject ?? ''),
    date: isoDate(new Date(receivedAt ?? '')),
    url: searchUrl({ webUrl }, messageId?.[0]),
    messageId: messageId?.[0],
  }
}
