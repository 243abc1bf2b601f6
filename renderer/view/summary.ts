/** What the servers come to: one number, and how far it can be trusted. */
import type { LinkState } from '../../common/protocol/link.ts'
import type { ServerView } from '../../common/protocol/bridge.ts'
import type { Account } from '../../common/protocol/wire.ts'

/** Fresh only while the link is live and the source answers: everything else is an old number, or none. */
export type Trust = 'fresh' | 'partly-counted' | 'partly-old' | 'old' | 'none'

export interface Summary {
  /** Null until anything was counted: never a made-up 0. */
  readonly unread: number | null
  readonly trust: Trust
}

export const isFresh = (link: LinkState, account: Account): boolean => link.phase === 'live' && account.status === 'ok'

export function summarise(servers: readonly Pick<ServerView, 'link' | 'accounts'>[]): Summary {
  let unread = 0
  let fresh = 0
  let old = 0
  let uncounted = 0
  for (const { link, accounts } of servers) {
    if (accounts === null) uncounted += 1
    for (const account of accounts ?? []) {
      if (account.unread === null) uncounted += 1
      else {
        unread += account.unread
        if (isFresh(link, account)) fresh += 1
        else old += 1
      }
    }
  }
  if (fresh + old === 0) return { unread: null, trust: 'none' }
  if (old > 0) return { unread, trust: fresh > 0 ? 'partly-old' : 'old' }
  return { unread, trust: uncounted > 0 ? 'partly-counted' : 'fresh' }
}

/** The link that needs a person's eye most; null where there is no server. */
export function worstLink(servers: readonly Pick<ServerView, 'link'>[]): LinkState | null {
  const rank = { 'signed-out': 4, retrying: 3, connecting: 2, stopped: 1, live: 0 }
  return servers.reduce<LinkState | null>((worst, { link }) => (worst && rank[worst.phase] >= rank[link.phase] ? worst : link), null)
}
