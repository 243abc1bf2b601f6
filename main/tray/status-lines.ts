/** Pure: a line for every link that is not live, every account, and each of its folders with unread messages. */
import { namesOf } from '../../common/model/account-names.ts'
import type { Account } from '../../common/protocol/wire.ts'
import type { ServerView } from '../../common/protocol/window-state.ts'
import { folderName, plain } from '../../common/model/text.ts'
import { isFresh } from '../../common/model/totals.ts'
import type { Words } from '../../common/words/words.ts'

/** For accounts and folders; a menu with more is not usable. */
const MAX_LINES = 20

/** Lines of links are never cut, since they explain the icon. */
export function statusLines(servers: readonly ServerView[], words: Words): readonly string[] {
  const names = namesOf(servers)
  let room = MAX_LINES
  let more = 0
  const lines = servers.flatMap(({ id: server, link, accounts, label }) => {
    const nameOf = ({ id }: Account): string => {
      const name = names(server, id)
      return label === null || servers.length === 1 ? name : `${name} (${plain(label)})`
    }
    const state = linkLine(label ?? words.t('thisComputer'), link, words)
    const all = accounts ?? []
    const named = all.slice(0, room)
    room -= named.length
    more += all.length - named.length
    const ofAccounts = named.flatMap((account) => {
      const folders = isFresh(link, account) ? folderLines(account, words).slice(0, Math.max(0, room)) : []
      room -= folders.length
      return [accountLine(account, nameOf(account), isFresh(link, account), words)].concat(folders)
    })
    return [...(state === null ? [] : [state]), ...ofAccounts]
  })
  return more === 0 ? lines : [...lines, words.t('moreAccounts', { count: more })]
}

function linkLine(server: string, link: ServerView['link'], words: Words): string | null {
  switch (link.phase) {
    case 'live':
      return null
    case 'connecting':
      return words.t('serverConnecting', { server })
    case 'retrying':
      return words.t('serverRetrying', { server, when: words.clock(link.atMs) })
    case 'signed-out':
      return words.t('serverSignedOut', { server })
    case 'stopped':
      return words.t('serverStopped', { server })
  }
}

function accountLine({ unread, status, error }: Account, account: string, fresh: boolean, words: Words): string {
  if (status === 'error') return words.t(error?.code === 'auth' ? 'accountRefused' : 'accountFailed', { account })
  if (unread === null) return words.t('accountNotChecked', { account })
  return words.t(fresh ? 'accountUnread' : 'accountOld', { account, count: unread })
}

/** Only if an account has several folders. */
function folderLines({ folders = [] }: Account, words: Words): readonly string[] {
  if (folders.length < 2) return []
  return folders.flatMap((folder) =>
    folder.unread ? [`    ${words.t('folderUnread', { folder: folderName(folder, words), count: folder.unread })}`] : [],
  )
}
