/**
 * Pure: what of all that is known counts. A person leaves accounts and folders out of the number, and may want only what
 * has come since they last looked; nothing of that changes what the window lists.
 */
import type { Account } from '../../server/protocol.ts'
import type { Choices, Scope, ServerView } from '../ipc.ts'

/** Unread of each account at the last look, by `keyOfAccount`. It only falls until the next look: what is read is no news. */
export type LastLook = ReadonlyMap<string, number>

export interface Counting {
  readonly notCounted: Choices['notCounted']
  /** Null where all that is unread counts. */
  readonly lastLook: LastLook | null
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

/** The unread mails of an account without those in folders that are left out; null while it has no number. */
function inChosenFolders(notCounted: readonly Scope[], server: string, { id, unread, folders = [] }: Account): number | null {
  if (unread === null) return null
  const out = new Set(notCounted.flatMap((scope) => (isOf(scope, server, id) ? (scope.folder ?? []) : [])))
  const left = folders.reduce((sum, { path, unread: inFolder }) => sum + (out.has(path) ? (inFolder ?? 0) : 0), 0)
  return Math.max(0, unread - left)
}

/** What an account adds to the number; null while it has none. */
export function countOf({ notCounted, lastLook }: Counting, server: string, account: Account): number | null {
  const chosen = inChosenFolders(notCounted, server, account)
  if (chosen === null || lastLook === null) return chosen
  return Math.max(0, chosen - (lastLook.get(keyOfAccount(server, account.id)) ?? 0))
}

/**
 * The memory of the last look, after what is known now. `looking`: the window is open, so that everything is seen.
 * An account keeps its place until its server answers without it.
 */
export function followLook(before: LastLook, servers: readonly ServerView[], notCounted: readonly Scope[], looking: boolean): LastLook {
  const answered = new Set(servers.filter(({ accounts }) => accounts !== null).map(({ id }) => id))
  const next = new Map([...before].filter(([key]) => !answered.has(serverOfKey(key))))
  for (const { id: server, accounts } of servers) {
    for (const account of accounts ?? []) {
      const key = keyOfAccount(server, account.id)
      const unread = inChosenFolders(notCounted, server, account)
      const seen = before.get(key) ?? 0
      next.set(key, unread === null ? seen : looking ? unread : Math.min(seen, unread))
    }
  }
  return next
}

/** Whether two memories hold the same, so that only a change is kept on disk. */
export const isSameLook = (one: LastLook, other: LastLook): boolean =>
  one.size === other.size && [...one].every(([key, unread]) => other.get(key) === unread)
