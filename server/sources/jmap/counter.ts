/** Counts the chosen mailboxes of an account, and reads its newest unread messages, in one request where the server can. */
import type { Folder } from '../../../common/protocol/wire.ts'
import { readable } from '../../platform/text.ts'
import { sumFolders } from '../lib/folders/counts.ts'
import { type AccountCounts, SourceError, type SourceLog } from '../source.ts'
import { CallError } from './calls.ts'
import type { JmapClient } from './client.ts'
import type { JmapSourceConfig } from './config.ts'
import { listUnread } from './list-unread.ts'
import { createMailboxCache } from './mailbox-cache.ts'
import { type ChosenMailbox, chooseMailboxes, folderOf, folderWith } from './mailboxes.ts'
import { messageOf } from './messages.ts'
import type { QueryMemory } from './query-form.ts'
import { createUnreadReader } from './unread.ts'

/** Counts that contradict each other, since messages moved between two calls, are read again, but not endlessly. */
const MAX_PASSES = 4
/** A mailbox whose count the server does not give is counted up to here. */
const MAX_LISTED = 1_000

/** What outlasts a connection: what the server answers, and the last count of each mailbox by its id. */
export interface CounterMemory {
  readonly queries: QueryMemory
  readonly lastFolders: Map<string, Folder>
}

/** @returns a function that counts. It throws SourceError, or an error for JmapClient.toSourceError. */
export function createMailboxCounter(
  client: JmapClient,
  { account, name, folders: entries, count: unit, webUrl }: JmapSourceConfig,
  { queries, lastFolders }: CounterMemory,
  log: SourceLog,
) {
  const cache = createMailboxCache(client)
  const unreadReader = createUnreadReader(client, queries, unit)
  let chosen: readonly ChosenMailbox[] = []
  let absent: ReadonlySet<string> = new Set()

  async function choose(): Promise<readonly ChosenMailbox[]> {
    const nowAbsent = new Set<string>()
    const mailboxes = await chooseMailboxes(entries, cache.all(), client.origin, (path) => nowAbsent.add(path))
    for (const path of nowAbsent)
      if (!absent.has(path)) log.warn({ source: name, folder: readable(path) }, 'folder does not exist; the others are counted')
    absent = nowAbsent
    return mailboxes
  }

  /** The count of a mailbox, or null where the server neither gives it nor lists the unread messages. */
  async function count(mailbox: ChosenMailbox): Promise<Folder | null> {
    const counted = folderOf(mailbox, unit)
    if (counted) return counted
    if (queries.isPaused()) return null
    try {
      const ids = await listUnread(client, queries, [mailbox.id], MAX_LISTED)
      const hasUnit = unit === 'emails' || queries.form().collapsesThreads
      return hasUnit && ids.size < MAX_LISTED ? folderWith(mailbox.folder, ids.size, null) : null
    } catch (error) {
      if (!(error instanceof CallError)) throw error
      return null
    }
  }

  async function countOnce(): Promise<{ readonly isConsistent: boolean; readonly counts: AccountCounts }> {
    const before = chosen.map(({ id }) => id)
    const shared = await cache.refresh(before, unreadReader.calls(before))
    chosen = await choose()
    const ids = chosen.map(({ id }) => id)
    const folders: Folder[] = []
    const missing: string[] = []
    for (const mailbox of chosen) {
      const folder = await count(mailbox)
      const last = lastFolders.get(mailbox.id)
      if (folder) {
        folders.push(folder)
        lastFolders.set(mailbox.id, folder)
      } else {
        missing.push(`The server gives no valid count of ${readable(mailbox.folder.path)}.`)
        if (last) folders.push({ ...last, status: 'stale' })
      }
    }
    if (folders.length === 0)
      throw new SourceError(
        'protocol',
        `${client.origin} gives no valid count of ${entries.join(', ')}; report it to the server's operator.`,
      )
    const counted = chosen.map((mailbox) => ({ id: mailbox.id, unread: folderOf(mailbox, unit)?.unread ?? null }))
    const unread = await unreadReader.read(counted, before.join() === ids.join() ? shared : null)
    const sums = sumFolders(folders)
    const largest = Math.max(...folders.map((folder) => folder.unread))
    // A message in two mailboxes is one message. Of one mailbox, or where messages are not counted, the sum stands.
    const total = chosen.length === 1 || missing.length > 0 ? sums.unread : (unread.total ?? sums.unread)
    const paths = new Map(chosen.map(({ id, folder }) => [id, folder.path]))
    const [only] = folders
    return {
      isConsistent: total <= sums.unread && total >= largest,
      counts: {
        id: account,
        unread: Math.min(sums.unread, Math.max(total, largest)),
        // A sum would count a message in two mailboxes twice.
        ...(chosen.length === 1 && only?.total !== undefined && { total: only.total }),
        folders,
        ...(unread.newest && { latest: unread.newest.map((email) => messageOf(email, paths, webUrl)) }),
        actions: ['read', 'archive', 'delete'],
        url: webUrl,
        ...(missing.length > 0 && { missing }),
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
