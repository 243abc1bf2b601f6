/** Does what a person wants done with a mail (RFC 8621, section 4.6). */
import { z } from 'zod'
import type { MessageAction } from '../../../common/protocol/wire.ts'
import { type MessageRequest, SourceError } from '../source.ts'
import { methodError } from './calls.ts'
import type { JmapClient } from './client.ts'

const Mailboxes = z.object({ list: z.array(z.object({ id: z.string(), role: z.string().nullish() })) })
const Emails = z.object({ list: z.array(z.object({ mailboxIds: z.record(z.string(), z.boolean()) })) })

const Refusals = z.record(z.string(), z.object({ type: z.string(), description: z.string().nullish() })).nullish()
export const EmailSet = z.object({ notUpdated: Refusals, notDestroyed: Refusals })

/** @throws SourceError, or what JmapClient.explain puts into words */
export async function performAction(
  client: JmapClient,
  { message, action }: Pick<MessageRequest, 'message' | 'action'>,
): Promise<'done' | 'gone'> {
  const { accountId } = client.session
  const looked = await client.call([
    ['Mailbox/get', { accountId, ids: null, properties: ['id', 'role'] }, 'mailboxes'],
    ['Email/get', { accountId, ids: [message], properties: ['id', 'mailboxIds'] }, 'email'],
  ])
  const [email] = looked.of('email', Emails).list
  if (!email) return 'gone'
  const { list } = looked.of('mailboxes', Mailboxes)
  const idOf = (role: string): string | undefined => list.find((mailbox) => mailbox.role === role)?.id
  const change = changeFor(action, message, new Set(Object.keys(email.mailboxIds)), idOf)
  const answers = await client.call([['Email/set', { accountId, ...change }, 'set']])
  const { notUpdated, notDestroyed } = answers.of('set', EmailSet)
  const refused = notUpdated?.[message] ?? notDestroyed?.[message]
  if (!refused) return 'done'
  if (refused.type === 'notFound') return 'gone'
  throw methodError(refused.type, refused.description ?? '', client.origin)
}

/** @param mailboxes in which the mail is. */
function changeFor(action: MessageAction, id: string, mailboxes: ReadonlySet<string>, idOf: (role: string) => string | undefined): object {
  switch (action) {
    case 'read':
      return { update: { [id]: { 'keywords/$seen': true } } }
    case 'archive': {
      const [archive, inbox] = [idOf('archive'), idOf('inbox')]
      if (archive === undefined) throw new SourceError('config', 'The account has no archive; make a mailbox with that role first.')
      // Its other mailboxes are labels that somebody gave it.
      const out = inbox !== undefined && mailboxes.has(inbox) ? { [`mailboxIds/${inbox}`]: null } : {}
      return { update: { [id]: { [`mailboxIds/${archive}`]: true, ...out } } }
    }
    case 'delete': {
      const trash = idOf('trash')
      return trash === undefined || mailboxes.has(trash) ? { destroy: [id] } : { update: { [id]: { mailboxIds: { [trash]: true } } } }
    }
  }
}
