/** Which servers, accounts and folders the list of accounts shows, and in which order. */
import type { SharedSettings } from '../../common/protocol/settings.ts'
import type { ServerView } from '../../common/protocol/window-state.ts'
import type { Account, Folder } from '../../common/protocol/wire.ts'

export type AccountListSettings = Pick<SharedSettings, 'accountOrder' | 'accountFilter'>

/** Without the server of this computer if it has no account and others are connected. */
export function shownServers(servers: readonly ServerView[]): readonly ServerView[] {
  const hasOthers = servers.some(({ kind }) => kind === 'remote')
  return servers.filter(({ kind, link, accounts }) => !(hasOthers && kind === 'local' && link.phase === 'live' && accounts?.length === 0))
}

/**
 * @param nameOf what people call an account
 * @param locale for the order of names
 */
export function listedAccounts(
  accounts: readonly Account[],
  { accountOrder, accountFilter }: AccountListSettings,
  nameOf: (account: string) => string,
  locale: string,
): readonly Account[] {
  const { compare } = new Intl.Collator(locale, { numeric: true })
  const byName = (one: Account, other: Account): number => compare(nameOf(one.id), nameOf(other.id)) || compare(one.id, other.id)
  const byUnread = (one: Account, other: Account): number => (other.unread ?? -1) - (one.unread ?? -1) || byName(one, other)
  return accounts
    .filter((account) => accountFilter === 'all' || isOfInterest(account))
    .toSorted(accountOrder === 'unread' ? byUnread : byName)
}

/** Something is unread, may be, or needs the user. */
const isOfInterest = ({ unread, status }: Account): boolean => unread !== 0 || status === 'error'

/**
 * The folders that say more than the number of their account: none if only the inbox counts.
 * @param isFound null if nothing is searched for
 */
export function folderChips({ folders = [] }: Account, isFound: ((folder: Folder) => boolean) | null): readonly Folder[] {
  const found = isFound === null ? [] : folders.filter(isFound)
  if (found.length > 0) return found
  const unread = folders.filter((folder) => folder.unread > 0)
  return folders.length > 1 && unread.some(({ role }) => role !== 'inbox') ? unread : []
}
