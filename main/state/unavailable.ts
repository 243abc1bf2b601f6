/** Pure: stored accounts and servers whose secret is not known in this run are shown with an error. */
import { labelOf } from '../../common/model/server-url.ts'
import type { Account } from '../../common/protocol/wire.ts'
import type { ServerView } from '../../common/protocol/window-state.ts'

export interface Unavailable {
  readonly accounts: readonly Pick<Account, 'id' | 'label'>[]
  /** Addresses of remote servers. */
  readonly servers: readonly string[]
}

const accountOf = (account: Pick<Account, 'id' | 'label'>): Account => ({
  ...account,
  unread: null,
  status: 'error',
  checkedAt: null,
  error: { code: 'auth', message: '' },
})

const serverOf = (url: string): ServerView => ({
  id: url,
  kind: 'remote',
  label: labelOf(url),
  link: { phase: 'signed-out', problem: null },
  accounts: null,
  demo: [],
})

export function withUnavailable(servers: readonly ServerView[], { accounts, servers: urls }: Unavailable): readonly ServerView[] {
  const there = servers.map((server): ServerView => {
    if (server.kind !== 'local' || accounts.length === 0 || server.accounts === null) return server
    const counted = server.accounts.filter(({ id }) => !accounts.some((account) => account.id === id))
    return { ...server, accounts: [...counted, ...accounts.map(accountOf)] }
  })
  const missing = urls.filter((url) => !servers.some(({ id }) => id === url))
  return [...there, ...missing.map(serverOf)]
}
