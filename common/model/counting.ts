/**
 * What counts. A user can exclude accounts and folders from the number, and count only what has arrived since the last
 * visit; the window still lists everything.
 */
import type { ServerView } from '../protocol/window-state.ts'
import type { Scope } from '../protocol/settings.ts'
import type { Account } from '../protocol/wire.ts'
import { accountsOf, timeOf } from './accounts.ts'

/** What was known of an account at the last visit. */
interface SeenAccount {
  /** Unread messages. It only falls until the next visit: what was read is not new. */
  readonly unread: number
  /** The date of the newest named message, in epoch milliseconds by its server's clock; null if none was named. */
  readonly newestMs: number | null
}

/** Each account at the last visit, by `keyOfAccount`. */
export type LastSeen = ReadonlyMap<string, SeenAccount>

const NOTHING_SEEN: SeenAccount = { unread: 0, newestMs: 0 }

export interface Counting {
  readonly notCounted: readonly Scope[]
  /** Null if all unread messages count. */
  readonly lastSeen: LastSeen | null
}

export const COUNT_ALL: Counting = { notCounted: [], lastSeen: null }

const serverOfKey = (key: string): string => {
  const [server]: unknown[] = JSON.parse(key)
  return String(server)
}

const keyOfAccount = (server: string, account: string): string => JSON.stringify([server, account])

const foldersLeftOut = (notCounted: readonly Scope[], server: string, account: string): ReadonlySet<string> =>
  new Set(notCounted.flatMap((scope) => (scope.server === server && scope.account === account ? (scope.folder ?? []) : [])))

/** The unread messages of an account outside of excluded folders; null while it has no number. */
function inCountedFolders(notCounted: readonly Scope[], server: string, { id, unread, folders = [] }: Account): number | null {
  if (unread === null) return null
  const out = foldersLeftOut(notCounted, server, id)
  return folders.filter(({ path }) => out.has(path)).reduce((left, folder) => Math.max(0, left - folder.unread), unread)
}

/**
 * What an account adds to the number; null while it has none. Since the last visit, that is the growth of its number, and
 * at least the named messages that are newer by the mail server's clock: one that was read elsewhere does not cancel
 * them out.
 */
export function countOf({ notCounted, lastSeen }: Counting, server: string, account: Account): number | null {
  const counted = inCountedFolders(notCounted, server, account)
  if (counted === null || lastSeen === null) return counted
  const { unread, newestMs } = lastSeen.get(keyOfAccount(server, account.id)) ?? NOTHING_SEEN
  const out = foldersLeftOut(notCounted, server, account.id)
  const newer = (account.latest ?? []).filter((message) => timeOf(message) > (newestMs ?? Infinity) && !out.has(message.folder ?? ''))
  return Math.min(counted, Math.max(counted - unread, newer.length))
}

/**
 * The memory of the last visit, updated by what is known now. An account stays until its server answers with others: a
 * server that has just started may not have counted yet.
 * @param isVisiting the window is open, so that everything is seen
 */
export function updateLastSeen(before: LastSeen, servers: readonly ServerView[], notCounted: readonly Scope[], isVisiting: boolean) {
  const answered = new Set(servers.filter(({ accounts }) => accounts !== null && accounts.length > 0).map(({ id }) => id))
  const next = new Map<string, SeenAccount>([...before].filter(([key]) => !answered.has(serverOfKey(key))))
  for (const { server, account } of accountsOf(servers)) {
    const key = keyOfAccount(server.id, account.id)
    const unread = inCountedFolders(notCounted, server.id, account)
    const seen = before.get(key) ?? NOTHING_SEEN
    if (unread === null) next.set(key, seen)
    else if (isVisiting) next.set(key, { unread, newestMs: newestOf(account, seen.newestMs) })
    else next.set(key, { ...seen, unread: Math.min(seen.unread, unread) })
  }
  return next
}

/** A source that counts messages and names none leaves it unknown: what it names later may have been there before. */
function newestOf({ unread, latest = [] }: Account, beforeMs: number | null): number | null {
  if (unread !== 0 && latest.length === 0) return null
  return Math.max(beforeMs ?? 0, ...latest.map(timeOf))
}

/** Whether two memories are equal, so that only a change is written to disk. */
export const isSameLastSeen = (one: LastSeen, other: LastSeen): boolean =>
  one.size === other.size &&
  [...one].every(([key, { unread, newestMs }]) => other.get(key)?.unread === unread && other.get(key)?.newestMs === newestMs)
