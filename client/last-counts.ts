/** The last known counts of accounts that a server does not know yet, because it has restarted. */
import { notCountedStatus } from '../common/model/account-errors.ts'
import type { Account } from '../common/protocol/wire.ts'

/** @param last what the server sent before; an account without a count keeps its count of then, marked as outdated */
export function withLastCounts(accounts: readonly Account[], last: readonly Account[] | null): readonly Account[] {
  if (last === null || accounts.every(({ unread }) => unread !== null)) return accounts
  const counted = new Map(last.filter(({ unread }) => unread !== null).map((account) => [account.id, account]))
  return accounts.map((account) => {
    const known = account.unread === null ? counted.get(account.id) : undefined
    if (!known) return account
    // Only what was counted: the server does not know these messages yet, and names their `actions` itself.
    const { unread, total, checkedAt, folders, latest } = known
    return { ...account, unread, total, checkedAt, folders, latest, status: notCountedStatus(account.error, true) }
  })
}
