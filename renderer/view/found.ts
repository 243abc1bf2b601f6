/** What of all that is shown has what was typed. */
import type { ServerView } from '../../common/protocol/window-state.ts'
import type { Account, Folder } from '../../common/protocol/wire.ts'
import { messageLines, type MessageLine } from './messages.ts'
import { searchFor } from './search.ts'

/** How a folder is called in the person's language. */
export type FolderName = (folder: Pick<Folder, 'path' | 'role'>) => string

export interface Found {
  /** Those with an account that has it; all of them where nothing was typed. */
  readonly servers: readonly ServerView[]
  readonly mails: readonly MessageLine[]
}

export function findIn(servers: readonly ServerView[], query: string, folderName: FolderName): Found {
  if (query.trim() === '') return { servers, mails: messageLines(servers) }
  const has = searchFor(query)
  const mails = messageLines(servers, ({ sender, from, subject, account, folder }) => has(sender, from, subject, account, folder))
  const found = servers.flatMap((server) => {
    const accounts = (server.accounts ?? []).filter((account) => has(...namesOf(server, account, folderName)))
    return accounts.length === 0 ? [] : [{ ...server, accounts }]
  })
  return { servers: found, mails }
}

const namesOf = ({ label }: ServerView, { id, folders = [] }: Account, folderName: FolderName): readonly string[] => [
  label ?? '',
  id,
  ...folders.map(folderName),
]
