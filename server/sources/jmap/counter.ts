/** Counts the chosen mailboxes of an account, and reads its newest unread messages, in one request. */
import { sumFolders } from '../folders/counts.ts'
import type { AccountCounts } from '../source.ts'
import type { JmapClient } from './client.ts'
import type { JmapSourceConfig } from './config.ts'
import { type ChosenMailbox, chooseMailboxes, createMailboxCache, folderOf } from './mailboxes.ts'
import { EmailGet, EmailQuery, messageOf, newestUnreadCalls } from './messages.ts'

/** Counts that contradict each other, since messages moved between two calls, are read again, but not endlessly. */
const MAX_PASSES = 4

/** @returns a function that counts. It throws SourceError, or an error for JmapClient.toSourceError. */
export function createMailboxCounter(client: JmapClient, { account, folders: entries, count: unit, webUrl }: JmapSourceConfig) {
  const { accountId } = client.session
  const cache = createMailboxCache(client)
  let chosen: readonly ChosenMailbox[] = []

  async function countOnce(): Promise<{ readonly isConsistent: boolean; readonly counts: AccountCounts }> {
    const before = chosen
    let responses = await cache.refresh(before.length > 0 ? newestUnreadCalls(accountId, before, unit) : [])
    chosen = chooseMailboxes(entries, cache.all(), client.origin)
    if (!responses || !isSameChoice(before, chosen)) responses = await client.call(newestUnreadCalls(accountId, chosen, unit))
    const folders = chosen.map((mailbox) => folderOf(mailbox, unit))
    const sums = sumFolders(folders)
    const { ids, total = sums.unread } = responses.of('unread', EmailQuery)
    // A message in two mailboxes is one message: for several mailboxes, the server's own count is right.
    const unread = folders.length === 1 ? sums.unread : total
    const paths = new Map(chosen.map(({ id, folder }) => [id, folder.path]))
    const emails = new Map(responses.of('newest', EmailGet).list.map((email) => [email.id, email]))
    return {
      isConsistent: unread <= sums.unread && folders.every((folder) => unread >= folder.unread),
      counts: {
        id: account,
        unread,
        // A sum would count a message in two mailboxes twice.
        ...(folders.length === 1 && { total: sums.total }),
        folders,
        latest: ids.flatMap((id) => emails.get(id) ?? []).map((email) => messageOf(email, paths, webUrl)),
        actions: ['read', 'archive', 'delete'],
        url: webUrl,
      },
    }
  }

  return async (): Promise<AccountCounts> => {
    for (let pass = 1; ; pass += 1) {
      const { isConsistent, counts } = await countOnce()
      if (isConsistent || pass === MAX_PASSES) return counts
    }
  }
}

const isSameChoice = (a: readonly ChosenMailbox[], b: readonly ChosenMailbox[]): boolean =>
  a.length === b.length && a.every(({ id }, i) => id === b[i]?.id)
