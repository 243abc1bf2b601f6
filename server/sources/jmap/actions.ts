/** The actions on one message (RFC 8621, section 4.6). */
import { z } from 'zod'
import type { MessageAction } from '../../../common/protocol/wire.ts'
import { type MessageRequest, SourceError } from '../source.ts'
import { methodError } from './calls.ts'
import type { JmapClient } from './client.ts'
import { readMailboxes } from './mailboxes.ts'

const Emails = z.object({ list: z.array(z.object({ mailboxIds: z.record(z.string(), z.boolean()) })) })

const SetErrors = z.record(z.string(), z.object({ type: z.string(), description: z.string().nullish() })).nullish()
export const EmailSet = z.object({ notUpdated: SetErrors, notDestroyed: SetErrors })

/** @throws SourceError, or an error for JmapClient.toSourceError */
export async function performAction(client: JmapClient, { message, action }: MessageRequest): Promise<'done' | 'gone'> {
  const { accountId } = client.session
  const found = await client.call([['Email/get', { accountId, ids: [message], properties: ['id', 'mailboxIds'] }, 'email']])
  const [email] = found.of('email', Emails).list
  if (!email) return 'gone'
  const mailboxes = action === 'read' ? [] : [...(await readMailboxes(client)).mailboxes.values()]
  const idOf = (role: string): string | undefined => mailboxes.find((mailbox) => mailbox.role === role)?.id
  const change = changeFor(action, message, new Set(Object.keys(email.mailboxIds)), idOf)
  const responses = await client.call([['Email/set', { accountId, ...change }, 'set']])
  const { notUpdated, notDestroyed } = responses.of('set', EmailSet)
  const error = notUpdated?.[message] ?? notDestroyed?.[message]
  if (!error) return 'done'
  if (error.type === 'notFound') return 'gone'
  throw methodError(error.type, error.description ?? '', client.origin)
}

/** @param current the mailboxes that hold the message. */
function changeFor(action: MessageAction, id: string, current: ReadonlySet<string>, idOf: (role: string) => string | undefined): object {
  switch (action) {
    case 'read':
      return { update: { [id]: { 'keywords/$seen': true } } }
    case 'archive': {
      const [archive, inbox] = [idOf('archive'), idOf('inbox')]
      if (archive === undefined) throw new SourceError('config', 'The account has no archive; create a mailbox with that role first.')
      // The other mailboxes are labels that the user has set.
      const fromInbox = inbox !== undefined && current.has(inbox) ? { [`mailboxIds/${inbox}`]: null } : {}
      return { update: { [id]: { [`mailboxIds/${archive}`]: true, ...fromInbox } } }
    }
    case 'delete': {
      const trash = idOf('trash')
      return trash === undefined || current.has(trash) ? { destroy: [id] } : { update: { [id]: { mailboxIds: { [trash]: true } } } }
    }
  }
}
