/** Marks all mails read that are unread now, in the folders that are counted; what comes meanwhile stays unread. */
import { LIMITS } from '../../../../common/protocol/wire.ts'
import type { SourceError } from '../../source.ts'
import { changing, inWords, markSeen, openFolder } from './write.ts'
import type { Connection } from '../connection/open.ts'
import { samePath } from '../../folders/choose.ts'
import { type Counted, countByList, countByStatus, countsAtOnce, listChosen } from '../commands/list.ts'
import { unseenSets } from '../commands/search.ts'

/**
 * A folder that refuses holds up no other: it is told once the others are done.
 * @param wanted the entries of `folders`.
 * @throws SourceError
 */
export function markAllRead(wanted: readonly string[], open: () => Promise<Connection>): Promise<'done'> {
  return changing<'done'>(open, async (connection) => {
    let refusal: SourceError | null = null
    for (const [path, counted] of await countAll(connection, wanted)) {
      // INBOX is counted by a search where it is followed, and STATUS may be behind.
      if (counted?.unread === 0 && !samePath(path, 'INBOX')) continue
      try {
        await markFolder(connection, path, counted?.uidNext)
      } catch (error) {
        if (connection.lost.aborted) throw error
        refusal ??= inWords(connection, error)
      }
    }
    if (refusal) throw refusal
    return 'done'
  })
}

/** All of them before the first is changed: what comes later has a UID past these. Null for one that is not counted. */
async function countAll(connection: Connection, wanted: readonly string[]): Promise<ReadonlyMap<string, Counted | null>> {
  const { client } = connection
  const paths = (await listChosen(client, wanted)).map(({ path }) => path).slice(0, LIMITS.foldersPerAccount)
  const told = countsAtOnce(client) ? await countByList(client, paths) : new Map<string, Counted>()
  const counted = new Map<string, Counted | null>()
  for (const path of paths) counted.set(path, told.get(path) ?? (await statusOf(connection, path)))
  return counted
}

async function statusOf(connection: Connection, path: string): Promise<Counted | null> {
  try {
    return await countByStatus(connection.client, path)
  } catch (error) {
    if (connection.lost.aborted) throw error
    return null
  }
}

async function markFolder(connection: Connection, path: string, uidNext: number | undefined): Promise<void> {
  if ((await openFolder(connection, path)) === null) return
  for (const uids of await unseenSets(connection, uidNext)) await markSeen(connection.client, uids)
}
