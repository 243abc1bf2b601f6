/** Marks all messages of the counted mailboxes read that are unread now; later ones stay unread. */
import { SourceError } from '../source.ts'
import { EmailSet } from './actions.ts'
import { CallError, chunksOf, methodError } from './calls.ts'
import type { JmapClient } from './client.ts'
import { listUnread } from './list-unread.ts'
import { chooseMailboxes, readMailboxes } from './mailboxes.ts'
import type { QueryMemory } from './query-form.ts'

/** Messages in one call, and in all. */
const PART_SIZE = 500
const MAX_MESSAGES = 100_000

/**
 * @param entries of `folders` in the config.
 * @throws SourceError, or an error for JmapClient.toSourceError
 */
export async function markAllRead(client: JmapClient, memory: QueryMemory, entries: readonly string[]): Promise<'done'> {
  const { origin, session } = client
  const { mailboxes } = await readMailboxes(client)
  const chosen = (await chooseMailboxes(entries, mailboxes, origin)).map(({ id }) => id)
  const ids = [...(await list(client, memory, chosen))]
  let firstError: SourceError | null = null
  for (const part of chunksOf(ids, Math.min(PART_SIZE, session.maxObjectsInSet))) {
    const update = Object.fromEntries(part.map((id) => [id, { 'keywords/$seen': true }]))
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

async function list(client: JmapClient, memory: QueryMemory, mailboxes: readonly string[]): Promise<ReadonlySet<string>> {
  try {
    return await listUnread(client, memory, mailboxes, MAX_MESSAGES)
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    const { code } = methodError(error.type, '', client.origin)
    throw new SourceError(code, `${client.origin} cannot list the unread messages now (${error.type}); mark them read in a mail program.`)
  }
}
