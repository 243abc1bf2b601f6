/** Marks all messages of the counted mailboxes read that are unread now; later ones stay unread. */
import { z } from 'zod'
import { SourceError } from '../source.ts'
import { EmailSet } from './actions.ts'
import { CallError, Id, methodError } from './calls.ts'
import type { JmapClient } from './client.ts'
import { chooseMailboxes, readMailboxes } from './mailboxes.ts'
import { NEWEST_FIRST, unreadIn } from './messages.ts'

const Query = z.object({ ids: z.array(Id) })

/** Messages in one call, and in all. */
const PAGE_SIZE = 500
const MAX_MESSAGES = 100_000

/**
 * @param entries of `folders` in the config.
 * @throws SourceError, or an error for JmapClient.toSourceError
 */
export async function markAllRead(client: JmapClient, entries: readonly string[]): Promise<'done'> {
  const { origin, session } = client
  const { mailboxes } = await readMailboxes(client)
  const ids = await queryUnread(client, unreadIn(chooseMailboxes(entries, mailboxes, origin)))
  const size = Math.min(PAGE_SIZE, session.maxObjectsInSet)
  let firstError: SourceError | null = null
  for (let at = 0; at < ids.length; at += size) {
    const update = Object.fromEntries(ids.slice(at, at + size).map((id) => [id, { 'keywords/$seen': true }]))
    const responses = await client.call([['Email/set', { accountId: session.accountId, update }, 'set']])
    for (const { type, description } of Object.values(responses.of('set', EmailSet).notUpdated ?? {}))
      // A message that is gone is no longer unread.
      if (type !== 'notFound') firstError ??= methodError(type, description ?? '', origin)
  }
  if (firstError) throw firstError
  if (ids.length === MAX_MESSAGES)
    throw new SourceError('rate', `The newest ${MAX_MESSAGES} unread messages are marked read; repeat it for the others.`)
  return 'done'
}

/** Page by page, newest first, each anchored at the end of the last one, so that new messages do not shift it. */
async function queryUnread(client: JmapClient, filter: object): Promise<readonly string[]> {
  const { accountId } = client.session
  const ids = new Set<string>()
  let anchors: readonly string[] = []
  let at = 0
  while (ids.size < MAX_MESSAGES) {
    const from = anchors[at] === undefined ? { position: 0 } : { anchor: anchors[at], anchorOffset: 1 }
    const query = { accountId, filter, sort: NEWEST_FIRST, limit: PAGE_SIZE, ...from }
    const responses = await client.call([['Email/query', query, 'unread']])
    try {
      const page = responses.of('unread', Query).ids
      const before = ids.size
      for (const id of page) ids.add(id)
      if (ids.size === before) break
      anchors = page.toReversed()
      at = 0
    } catch (error) {
      // The anchor has just been read elsewhere: the message before it becomes the anchor.
      if (!(error instanceof CallError && error.type === 'anchorNotFound') || (at += 1) >= anchors.length) throw error
    }
  }
  return [...ids].slice(0, MAX_MESSAGES)
}
