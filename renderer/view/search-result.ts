/** What of all that is shown matches the search. */
import type { ServerView } from '../../common/protocol/window-state.ts'
import type { Account, Folder } from '../../common/protocol/wire.ts'
import { type MessageLine, messageLines } from './messages.ts'
import { searchFor } from './search.ts'

/** The name of a folder in the person's language. */
export type FolderName = (folder: Pick<Folder, 'path' | 'role'>) => string

export interface SearchResult {
  /** Those with an account that matches; all servers for an empty query. */
  readonly servers: readonly ServerView[]
  readonly messages: readonly MessageLine[]
}

export function searchIn(servers: readonly ServerView[], query: string, folderName: FolderName): SearchResult {
  if (query.trim() === '') return { servers, messages: messageLines(servers) }
  const has = searchFor(query)
  const namesOf = ({ label }: ServerView, { id, folders = [] }: Account) => [label ?? '', id, ...folders.map(folderName)]
  return {
    servers: servers.flatMap((server) => {
      const accounts = (server.accounts ?? []).filter((account) => has(...namesOf(server, account)))
      return accounts.length === 0 ? [] : [{ ...server, accounts }]
    }),
    messages: messageLines(servers, ({ sender, from, subject, account, folder }) => has(sender, from, subject, account, folder)),
  }
}
