/** The total over all servers: one number, and whether it is current. */
import type { ServerView } from '../protocol/window-state.ts'
import type { LinkState } from '../protocol/link.ts'
import type { Account } from '../protocol/wire.ts'
import { type Counting, countOf } from './counting.ts'
import { isLeftOut } from './silence/scopes.ts'
import type { WordKey } from '../words/words.ts'

export interface Totals {
  /** The sum of all known numbers that count, outdated ones included. */
  readonly unread: number
  /** The sum of all known numbers, counted or not. */
  readonly all: number
  /** Accounts with a current number, with a possibly outdated one, and with none. */
  readonly fresh: number
  readonly old: number
  readonly unchecked: number
  /** Accounts that the user has excluded from the number. */
  readonly leftOut: number
  /** Servers that answer. */
  readonly live: number
  /** The user has to act: a sign-in or a token was rejected. */
  readonly needsAttention: boolean
}

/** A number is current only while its connection is live and its source answers. */
export const isFresh = (link: LinkState, account: Account): boolean => link.phase === 'live' && account.status === 'ok'

/** Neither messages nor errors of an excluded account affect the total. */
export function totalsOf(servers: readonly Pick<ServerView, 'id' | 'link' | 'accounts'>[], counting: Counting): Totals {
  const totals = { unread: 0, all: 0, fresh: 0, old: 0, unchecked: 0, leftOut: 0, live: 0, needsAttention: false }
  for (const { id, link, accounts } of servers) {
    if (link.phase === 'signed-out') totals.needsAttention = true
    if (link.phase === 'live') totals.live += 1
    // An unreachable server may have accounts by now, even if it had none before.
    if (accounts === null || (accounts.length === 0 && link.phase !== 'live')) totals.unchecked += 1
    for (const account of accounts ?? []) {
      totals.all += account.unread ?? 0
      if (isLeftOut(counting.notCounted, { server: id, account: account.id })) {
        totals.leftOut += 1
        continue
      }
      if (account.status === 'error' && link.phase === 'live') totals.needsAttention = true
      const count = countOf(counting, id, account)
      totals.unread += count ?? 0
      totals[count === null ? 'unchecked' : isFresh(link, account) ? 'fresh' : 'old'] += 1
    }
  }
  return totals
}

/**
 * The number of what the user counts; null if that is everything. A window with such a number also says how much there is in
 * all, and the line of its history is that of all: a server knows nothing of what a reader counts.
 */
export const countedOf = (servers: readonly Pick<ServerView, 'id' | 'link' | 'accounts'>[], counting: Counting): number | null =>
  counting.notCounted.length === 0 && counting.lastSeen === null ? null : totalsOf(servers, counting).unread

/** `none`: no number. `old`: all of it may be outdated. The partial ones have a current part. */
export type Trust = 'fresh' | 'partly-checked' | 'partly-old' | 'old' | 'none'

export function trustOf({ fresh, old, unchecked, leftOut }: Totals): Trust {
  if (old > 0) return fresh > 0 ? 'partly-old' : 'old'
  if (unchecked > 0) return fresh > 0 ? 'partly-checked' : 'none'
  return fresh + leftOut > 0 ? 'fresh' : 'none'
}

/** The mark next to the number. */
export const TRUST_WORDS = {
  fresh: null,
  'partly-checked': 'partlyChecked',
  'partly-old': 'partlyOld',
  old: 'mayBeOld',
  none: 'notChecked',
} as const satisfies Record<Trust, WordKey | null>

/** The number is shown with a mark: the count of an account may be old, is missing, or needs attention. */
export const isUncertain = ({ old, unchecked, needsAttention }: Totals): boolean => old + unchecked > 0 || needsAttention

/** As shown on an icon or beside it, where two digits fit. */
export const formatCount = (count: number, uncertain = false): string => (count > 99 ? '99+' : String(count)) + (uncertain ? '?' : '')
