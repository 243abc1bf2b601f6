/** What all servers come to: one number, and whether it can be shown as true just now. */
import type { LinkState } from '../protocol/link.ts'
import type { Account } from '../protocol/wire.ts'
import type { ServerView } from '../protocol/bridge.ts'
import { type Counting, countOf, isLeftOut } from './counting.ts'

export interface Totals {
  /** The sum of every number that is known and counts, old ones too. */
  readonly unread: number
  /** Accounts whose number is true just now, whose number may be old, and that have none. */
  readonly fresh: number
  readonly old: number
  readonly uncounted: number
  /** Accounts that the person has left out of the number. */
  readonly leftOut: number
  /** Servers that answer. */
  readonly live: number
  /** Something needs a person: a login that is refused, a token that is wrong. */
  readonly needsSomebody: boolean
}

/** A number is true just now only while its link is live and its source answers. */
export const isFresh = (link: LinkState, account: Account): boolean => link.phase === 'live' && account.status === 'ok'

/** An account that is left out of the number does not touch it: neither its mails nor its troubles. */
export function totalsOf(servers: readonly ServerView[], counting: Counting): Totals {
  const totals = { unread: 0, fresh: 0, old: 0, uncounted: 0, leftOut: 0, live: 0, needsSomebody: false }
  for (const { id, link, accounts } of servers) {
    if (link.phase === 'signed-out') totals.needsSomebody = true
    if (link.phase === 'live') totals.live += 1
    // A server out of reach may have accounts by now, also where it last had none.
    if (accounts === null || (accounts.length === 0 && link.phase !== 'live')) totals.uncounted += 1
    for (const account of accounts ?? []) {
      if (isLeftOut(counting.notCounted, id, account.id)) {
        totals.leftOut += 1
        continue
      }
      if (account.status === 'error' && link.phase === 'live') totals.needsSomebody = true
      const count = countOf(counting, id, account)
      if (count === null) {
        totals.uncounted += 1
        continue
      }
      totals.unread += count
      if (isFresh(link, account)) totals.fresh += 1
      else totals.old += 1
    }
  }
  return totals
}
