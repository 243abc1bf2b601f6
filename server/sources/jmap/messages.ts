/** The newest unread mails of some mailboxes (RFC 8621, section 4): who, what and when, fetched once for each mail. */
import { z } from 'zod'
import { type Message, MessageId } from '../../../common/protocol/wire.ts'
import { searchUrl } from '../mail/web-mail.ts'
import { isoDate, readable } from '../../platform/text.ts'

/** Mails that are shown of an account. */
export const NEWEST = 10

const Id = z.string().min(1).max(255)

export const EmailQuery = z.object({ ids: z.array(Id).max(NEWEST), total: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional() })

const Address = z.object({ name: z.string().nullish(), email: z.string().nullish() })

const Email = z.object({
  id: Id,
  mailboxIds: z.record(z.string(), z.boolean()).catch({}),
  from: z.array(Address).nullish().catch(null),
  subject: z.string().nullish().catch(null),
  receivedAt: z.string().nullish().catch(null),
  messageId: z.tuple([MessageId], z.unknown()).nullish().catch(null),
})
export type Email = z.infer<typeof Email>

export const EmailGet = z.object({ list: z.array(Email).max(NEWEST) })

export const EMAIL_PROPERTIES = Object.keys(Email.shape)

/** Unread is what has neither been seen nor is a draft, as the server counts it too (RFC 8621, section 2). */
export const unreadIn = (mailboxes: readonly string[]): object => ({
  operator: 'AND',
  conditions: [
    { notKeyword: '$seen' },
    { notKeyword: '$draft' },
    { operator: 'OR', conditions: mailboxes.map((inMailbox) => ({ inMailbox })) },
  ],
})

/**
 * @param paths of the mailboxes that are counted, by id, in their order
 * @param webUrl the webmail of the account
 */
export function messageOf(
  { id, mailboxIds, from, subject, receivedAt, messageId }: Email,
  paths: ReadonlyMap<string, string>,
  webUrl: string | undefined,
): Message {
  const sender = from?.[0]
  const date = isoDate(new Date(receivedAt ?? ''))
  const url = searchUrl({ webUrl }, messageId?.[0])
  const [folder] = [...paths].flatMap(([mailbox, path]) => (mailboxIds[mailbox] === true ? [path] : []))
  return {
    id,
    ...(folder !== undefined && { folder }),
    from: readable(sender?.name ?? '') || readable(sender?.email ?? ''),
    subject: readable(subject ?? ''),
    ...(date !== undefined && { date }),
    ...(url !== undefined && { url }),
    ...(messageId && { messageId: messageId[0] }),
  }
}
