/** Pure: what is new in an account, by what was last known of it for sure. */
import type { Account, Mail } from '../../server/protocol.ts'
import { keyOf, type MailKey, type MailRef } from './mail-keys.ts'

export interface Known {
  readonly unread: number
  /** Unread mails that `latest` did not name; null where the source names none at all. */
  readonly outOfSight: number | null
  /** The newest date seen; '' before any. ISO 8601 in UTC, so that text order is time order. */
  readonly newest: string
}

export interface News {
  readonly count: number
  /** Those that can be named, newest first. */
  readonly mails: readonly Mail[]
}

/** Mails that were seen, the most recent last: where each lies, and of what content was seen where. */
export interface Seen {
  has(key: MailKey): boolean
}

/** What can be said of the account for sure: it has a number. */
export type CountedAccount = Account & { readonly unread: number }

export const outOfSightOf = ({ unread, latest }: CountedAccount): number | null => (latest ? Math.max(0, unread - latest.length) : null)

/**
 * A mail that was read and is unread again lets the number rise, and is no news; but not every source names the mails of
 * all folders, so a rise out of sight is.
 */
export function newsOf(before: Known, server: string, account: CountedAccount, seen: Seen): News | null {
  const { unread, latest } = account
  const by = Math.max(0, unread - before.unread)
  if (!latest || before.outOfSight === null) return by > 0 ? { count: by, mails: [] } : null
  const unseen = latest.filter((mail) => !seen.has(keyOf(server, account.id, mail)))
  const newer = unseen.filter(({ date }) => date !== undefined && date > before.newest)
  const outOfSight = (outOfSightOf(account) ?? 0) - before.outOfSight
  // What comes into sight was counted before.
  const revealed = Math.max(0, -outOfSight)
  const count = Math.min(Math.max(by, newer.length - revealed), unseen.length + Math.max(0, outOfSight))
  return count === 0 ? null : { count, mails: unseen.slice(0, count) }
}

export function knownOf(before: Known | undefined, account: CountedAccount): Known {
  const { unread, latest } = account
  if (!latest) return { unread, outOfSight: before?.outOfSight ?? null, newest: before?.newest ?? '' }
  const dates = latest.flatMap(({ date }) => date ?? [])
  return { unread, outOfSight: outOfSightOf(account), newest: [before?.newest ?? '', ...dates].toSorted().at(-1) ?? '' }
}

/** Whether a mail that was unread is not any more, as far as the list tells: it is not in it, and has not just fallen off its end. */
export function isGone({ id, date: when }: MailRef, server: string, { id: account, unread, latest }: CountedAccount): boolean {
  if (unread === 0) return true
  if (!latest || latest.some((mail) => keyOf(server, account, mail).id === id)) return false
  return unread <= latest.length || (when !== '' && latest.some(({ date }) => date !== undefined && date < when))
}
