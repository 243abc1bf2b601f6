/** The newest unread messages of some mailboxes (RFC 8621, section 4): sender, subject and date. */
import { z } from 'zod'
import { type Message, MessageId } from '../../../common/protocol/wire.ts'
import { isoDate, readable } from '../../platform/text.ts'
import { LATEST_MESSAGES } from '../mail/latest.ts'
import { searchUrl } from '../mail/web-mail.ts'
import { type Call, Id } from './calls.ts'
import type { ChosenMailbox } from './mailboxes.ts'

export const EmailQuery = z.object({
  ids: z.array(Id).max(LATEST_MESSAGES),
  total: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
})

const Address = z.object({ name: z.string().nullish(), email: z.string().nullish() })

const Email = z.object({
  id: Id,
  mailboxIds: z.record(z.string(), z.boolean()).catch({}),
  from: z.array(Address).nullish().catch(null),
  subject: z.string().nullish().catch(null),
  receivedAt: z.string().nullish().catch(null),
  messageId: z.tuple([MessageId], z.unknown()).nullish().catch(null),
})

export const EmailGet = z.object({ list: z.array(Email).max(LATEST_MESSAGES) })

/** Unread is what is neither seen nor a draft, as in the server's own counts (RFC 8621, section 2). */
export const unreadIn = (mailboxes: readonly { readonly id: string }[]): object => ({
  operator: 'AND',
  conditions: [
    { notKeyword: '$seen' },
    { notKeyword: '$draft' },
    { operator: 'OR', conditions: mailboxes.map(({ id }) => ({ inMailbox: id })) },
  ],
})

export const NEWEST_FIRST = [{ property: 'receivedAt', isAscending: false }]

/** Two calls, `unread` (EmailQuery) and `newest` (EmailGet). */
export function newestUnreadCalls(accountId: string, mailboxes: readonly ChosenMailbox[], unit: 'emails' | 'threads'): readonly Call[] {
  const found = { filter: unreadIn(mailboxes), sort: NEWEST_FIRST, collapseThreads: unit === 'threads' }
  const ids = { resultOf: 'unread', name: 'Email/query', path: '/ids' }
  return [
    ['Email/query', { accountId, ...found, limit: LATEST_MESSAGES, calculateTotal: true }, 'unread'],
    ['Email/get', { accountId, '#ids': ids, properties: Object.keys(Email.shape) }, 'newest'],
  ]
}

/** @param paths of the counted mailboxes, by id, in their order */
export function messageOf(
  { id, mailboxIds, from, subject, receivedAt, messageId }: z.infer<typeof Email>,
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
