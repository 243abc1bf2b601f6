/** Marks all mails read that are unread now, in the mailboxes that are counted; what comes meanwhile stays unread. */
import { z } from 'zod'
import { SourceError } from '../source.ts'
import { EmailSet } from './actions.ts'
import { CallError, methodError } from './calls.ts'
import type { JmapClient } from './client.ts'
import { chooseMailboxes, readMailboxes } from './mailboxes.ts'
import { unreadIn } from './messages.ts'

const Query = z.object({ ids: z.array(z.string().min(1).max(255)) })

/** Mails that are asked for, or changed, in one call; and all that are dealt with at once. */
const PIECE = 500
const MOST = 100_000

/**
 * @param wanted the entries of `folders`.
 * @throws SourceError, or what JmapClient.explain puts into words
 */
export async function markAllRead(client: JmapClient, wanted: readonly string[]): Promise<'done'> {
  const { origin, session } = client
  const { mailboxes } = await readMailboxes(client)
  const ids = await unreadIds(client, unreadIn(chooseMailboxes(wanted, mailboxes, origin).map(({ id }) => id)))
  const piece = Math.min(PIECE, session.maxObjectsInSet)
  let refusal: SourceError | null = null
  for (let at = 0; at < ids.length; at += piece) {
    const update = Object.fromEntries(ids.slice(at, at + piece).map((id) => [id, { 'keywords/$seen': true }]))
    const answers = await client.call([['Email/set', { accountId: session.accountId, update }, 'set']])
    for (const { type, description } of Object.values(answers.of('set', EmailSet).notUpdated ?? {}))
      // One that has gone meanwhile is unread no more.
      if (type !== 'notFound') refusal ??= methodError(type, description ?? '', origin)
  }
  if (refusal) throw refusal
  if (ids.length === MOST) throw new SourceError('rate', `The newest ${MOST} unread mails are marked read; ask again for the others.`)
  return 'done'
}

/** Newest first, page by page, each from where the last one ended: what comes meanwhile stands before that. */
async function unreadIds(client: JmapClient, filter: object): Promise<readonly string[]> {
  const { accountId } = client.session
  const sort = [{ property: 'receivedAt', isAscending: false }]
  const ids = new Set<string>()
  let anchors: readonly string[] = []
  let at = 0
  while (ids.size < MOST) {
    const from = anchors[at] === undefined ? { position: 0 } : { anchor: anchors[at], anchorOffset: 1 }
    const answers = await client.call([['Email/query', { accountId, filter, sort, limit: PIECE, ...from }, 'unread']])
    try {
      const page = answers.of('unread', Query).ids
      const known = ids.size
      for (const id of page) ids.add(id)
      if (ids.size === known) break
      anchors = page.toReversed()
      at = 0
    } catch (error) {
      // Somebody has just read that one: the page follows the one before it.
      if (!(error instanceof CallError && error.type === 'anchorNotFound') || (at += 1) >= anchors.length) throw error
    }
  }
  return [...ids].slice(0, MOST)
}
