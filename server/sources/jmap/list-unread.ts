/** Lists all unread messages of some mailboxes, in whichever form the server answers. */
import { z } from 'zod'
import { type Call, CallError, chunksOf } from './calls.ts'
import type { JmapClient } from './client.ts'
import { EmailGet, isUnread } from './messages.ts'
import { groupsOf, isExact, type QueryForm, queryArguments, type QueryMemory } from './query-form.ts'
import { EmailQuery } from './unread.ts'

const PAGE_SIZE = 500

/**
 * At most `max` ids, each once.
 * @throws CallError where the server answers no form of the query
 */
export async function listUnread(
  client: JmapClient,
  memory: QueryMemory,
  mailboxes: readonly string[],
  max: number,
): Promise<ReadonlySet<string>> {
  for (let form = memory.form(); ;) {
    try {
      const ids = await listIn(client, memory, form, mailboxes, max)
      memory.answered()
      return ids
    } catch (error) {
      const simpler = error instanceof CallError ? memory.refused(error.type) : null
      if (!simpler) throw error
      form = simpler
    }
  }
}

async function listIn(
  client: JmapClient,
  memory: QueryMemory,
  form: QueryForm,
  mailboxes: readonly string[],
  max: number,
): Promise<ReadonlySet<string>> {
  const ids = new Set<string>()
  for (const group of groupsOf(form, mailboxes))
    for await (const page of pagesOf(client, memory, queryArguments(form, group))) {
      for (const id of isExact(form) ? page : await unreadOf(client, page)) ids.add(id)
      if (ids.size >= max) return new Set([...ids].slice(0, max))
    }
  return ids
}

const Page = z.object({ ids: EmailQuery.shape.ids })

/** Pages of ids, each anchored at the end of the one before, so that new messages do not shift it. */
async function* pagesOf(client: JmapClient, memory: QueryMemory, query: object): AsyncGenerator<readonly string[]> {
  const { accountId } = client.session
  const known = new Set<string>()
  let anchors: readonly string[] = []
  let at = 0
  for (;;) {
    const anchor = memory.canAnchor ? anchors[at] : undefined
    const from = anchor === undefined ? { position: known.size } : { anchor, anchorOffset: 1 }
    const call: Call = ['Email/query', { accountId, ...query, limit: PAGE_SIZE, ...from }, 'unread']
    try {
      const { ids } = (await client.call([call])).of('unread', Page)
      const fresh = ids.filter((id) => !known.has(id))
      if (fresh.length === 0) return
      for (const id of fresh) known.add(id)
      yield fresh
      anchors = ids.toReversed()
      at = 0
    } catch (error) {
      if (!(error instanceof CallError) || anchor === undefined) throw error
      // The anchor has just been read elsewhere: the message before it becomes the anchor.
      if (error.type === 'anchorNotFound' && at + 1 < anchors.length) at += 1
      else memory.canAnchor = false
    }
  }
}

/** Those of the messages that are unread. */
async function unreadOf(client: JmapClient, ids: readonly string[]): Promise<readonly string[]> {
  const { accountId, maxObjectsInGet } = client.session
  const unread: string[] = []
  for (const part of chunksOf(ids, maxObjectsInGet)) {
    const responses = await client.call([['Email/get', { accountId, ids: part, properties: ['id', 'keywords'] }, 'keywords']])
    unread.push(
      ...responses
        .of('keywords', EmailGet)
        .list.filter(isUnread)
        .map(({ id }) => id),
    )
  }
  return unread
}
