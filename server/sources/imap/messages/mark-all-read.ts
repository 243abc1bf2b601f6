/** Marks all messages of the counted folders read that are unread now; later ones stay unread. */
import { LIMITS } from '../../../../common/protocol/wire.ts'
import type { SourceError } from '../../source.ts'
import { listChosenFolders } from '../commands/list.ts'
import { unreadUidSets } from '../commands/search.ts'
import { canListStatus, type FolderCounts, folderStatus, listStatus } from '../commands/status.ts'
import type { Connection } from '../connection/open.ts'
import { INBOX, type WireName } from '../names.ts'
import { commandError, markSeen, type OpenConnection, selectForWriting, withConnection } from './write.ts'

/**
 * A folder that fails does not stop the others: its error is thrown after them.
 * @param entries of `folders` in the config.
 * @throws SourceError
 */
export function markAllRead(entries: readonly string[], open: OpenConnection): Promise<'done'> {
  return withConnection<'done'>(open, async (connection) => {
    let firstError: SourceError | null = null
    for (const [folder, counts] of await countAll(connection, entries)) {
      // INBOX is counted by SEARCH elsewhere, and STATUS may be outdated.
      if (counts?.unread === 0 && folder !== INBOX) continue
      try {
        if ((await selectForWriting(connection, folder)) === null) continue
        for (const uids of await unreadUidSets(connection, counts?.uidNext)) await markSeen(connection.client, uids)
      } catch (error) {
        if (connection.lost.aborted) throw error
        firstError ??= commandError(connection, error)
      }
    }
    if (firstError) throw firstError
    return 'done'
  })
}

/** All folders before the first change, so that later messages have higher UIDs. Null for one that cannot be counted. */
async function countAll({ client, lost }: Connection, entries: readonly string[]): Promise<ReadonlyMap<WireName, FolderCounts | null>> {
  const { chosen, resolve } = await listChosenFolders(client, entries)
  const names = chosen.map(({ name }) => name).slice(0, LIMITS.foldersPerAccount)
  const listed = canListStatus(client) ? await listStatus(client, names, resolve) : new Map<WireName, FolderCounts>()
  const counts = new Map<WireName, FolderCounts | null>()
  const giveUp = (error: unknown): null => {
    if (lost.aborted) throw error
    return null
  }
  for (const name of names) counts.set(name, listed.get(name) ?? (await folderStatus(client, name, resolve).catch(giveUp)))
  return counts
}
