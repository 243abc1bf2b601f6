/**
 * Pure: what of all that is known counts. A person leaves accounts and folders out of the number, and may want only what
 * has come since they last looked; nothing of that changes what the window lists.
 */
import type { Account } from '../protocol/wire.ts'
import type { DesktopSettings, Scope, ServerView } from '../protocol/bridge.ts'
import { timeOf } from './latest.ts'

/** What was known of an account at the last look. */
interface Seen {
  /** Unread mails. The number only falls until the next look: what is read is no news. */
  readonly unread: number
  /** When the newest mail came that was named then, in epoch milliseconds of its server; null where nobody named any. */
  readonly newestMs: number | null
}

/** Each account at the last look, by `keyOfAccount`. */
export type LastSeen = ReadonlyMap<string, Seen>

const NOTHING_SEEN: Seen = { unread: 0, newestMs: 0 }

export interface Counting {
  readonly notCounted: DesktopSettings['notCounted']
  /** Null where all that is unread counts. */
  readonly lastLook: LastSeen | null
}

export const COUNT_ALL: Counting = { notCounted: [], lastLook: null }

const serverOfKey = (key: string): string => {
  const [server]: unknown[] = JSON.parse(key)
  return String(server)
}

const keyOfAccount = (server: string, account: string): string => JSON.stringify([server, account])

const isOf = (scope: Scope, server: string, account: string): boolean => scope.server === server && scope.account === account

export const isLeftOut = (notCounted: readonly Scope[], server: string, account: string): boolean =>
  notCounted.some((scope) => scope.folder === undefined && isOf(scope, server, account))

const foldersLeftOut = (notCounted: readonly Scope[], server: string, account: string): ReadonlySet<string> =>
  new Set(notCounted.flatMap((scope) => (isOf(scope, server, account) ? (scope.folder ?? []) : [])))

/** The unread mails of an account without those in folders that are left out; null while it has no number. */
function inChosenFolders(notCounted: readonly Scope[], server: string, { id, unread, folders = [] }: Account): number | null {
  if (unread === null) return null
  const out = foldersLeftOut(notCounted, server, id)
  const left = folders.reduce((sum, { path, unread: inFolder }) => sum + (out.has(path) ? (inFolder ?? 0) : 0), 0)
  return Math.max(0, unread - left)
}

/** The named mails that came after that time, by the mail server's clock. */
function cameAfter(newestMs: number, notCounted: readonly Scope[], server: string, { id, latest = [] }: Account): number {
  const out = foldersLeftOut(notCounted, server, id)
  return latest.filter((mail) => timeOf(mail) > newestMs && !(mail.folder !== undefined && out.has(mail.folder))).length
}

/**
 * What an account adds to the number; null while it has none. Since the last look it is what the number has grown by, and
 * no less than the mails that have come since: one that was read elsewhere makes up for none of them.
 */
export function countOf({ notCounted, lastLook }: Counting, server: string, account: Account): number | null {
  const chosen = inChosenFolders(notCounted, server, account)
  if (chosen === null || lastLook === null) return chosen
  const seen = lastLook.get(keyOfAccount(server, account.id)) ?? NOTHING_SEEN
  const came = seen.newestMs === null ? 0 : cameAfter(seen.newestMs, notCounted, server, account)
  return Math.min(chosen, Math.max(chosen - seen.unread, came))
}

/**
 * The memory of the last look, after what is known now. `looking`: the window is open, so that everything is seen.
 * An account keeps its place until its server answers without it.
 */
export function updateLastSeen(before: LastSeen, servers: readonly ServerView[], notCounted: readonly Scope[], looking: boolean): LastSeen {
  const answered = new Set(servers.filter(({ accounts }) => accounts !== null).map(({ id }) => id))
  const next = new Map([...before].filter(([key]) => !answered.has(serverOfKey(key))))
  for (const { id: server, accounts } of servers) {
    for (const account of accounts ?? []) {
      const key = keyOfAccount(server, account.id)
      const unread = inChosenFolders(notCounted, server, account)
      const seen = before.get(key) ?? NOTHING_SEEN
      if (unread === null) next.set(key, seen)
      else if (looking) next.set(key, { unread, newestMs: newestOf(account, seen.newestMs) })
      else next.set(key, { ...seen, unread: Math.min(seen.unread, unread) })
    }
  }
  return next
}

/** Whoever counts mails and names none leaves it unknown: what is named later may have been there before. */
function newestOf({ unread, latest = [] }: Account, beforeMs: number | null): number | null {
  if (unread !== 0 && latest.length === 0) return null
  return latest.reduce((newest, mail) => Math.max(newest, timeOf(mail)), beforeMs ?? 0)
}

/** Whether two memories hold the same, so that only a change is kept on disk. */
export const isSameLastSeen = (one: LastSeen, other: LastSeen): boolean =>
  one.size === other.size &&
  [...one].every(([key, { unread, newestMs }]) => other.get(key)?.unread === unread && other.get(key)?.newestMs === newestMs)
