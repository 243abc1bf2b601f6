/** What the window and the tab show of all servers: one number, how far it can be trusted, and the worst link. */
import { isUncertain, totalsOf, trustOf } from '../../common/model/totals.ts'
import type { ServerView, WindowState } from '../../common/protocol/window-state.ts'
import type { LinkState } from '../../common/protocol/link.ts'

export type Summary = ReturnType<typeof summaryOf>

export function summaryOf({ servers, readerSettings, counted }: Pick<WindowState, 'servers' | 'readerSettings' | 'counted'>) {
  const totals = totalsOf(servers, { notCounted: readerSettings.notCounted, lastSeen: null })
  const trust = trustOf(totals)
  return {
    /** The number to show; null until anything was counted. */
    unread: trust === 'none' ? null : (counted ?? totals.all),
    /** All that is unread, also what the user does not count. */
    all: totals.all,
    trust,
    /** Certainly nothing is unread. */
    isCaughtUp: trust === 'fresh' && totals.all === 0,
    uncertain: isUncertain(totals),
  }
}

/** The link that the user should see first; null if there is no server. */
export function worstLink(servers: readonly Pick<ServerView, 'link'>[]): LinkState | null {
  const rank = { 'signed-out': 4, retrying: 3, connecting: 2, stopped: 1, live: 0 }
  return servers.reduce<LinkState | null>((worst, { link }) => (worst && rank[worst.phase] >= rank[link.phase] ? worst : link), null)
}
