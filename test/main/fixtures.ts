/** Servers, accounts and messages for the tests of what the app shows. */
import type { LinkState } from '../../common/protocol/link.ts'
import type { ServerView } from '../../common/protocol/window-state.ts'
import type { Account, Message } from '../../common/protocol/wire.ts'

export const live: LinkState = { phase: 'live' }
export const retrying: LinkState = {
  phase: 'retrying',
  atMs: Date.UTC(2026, 0, 1, 9, 30),
  problem: { code: 'unreachable', detail: 'connect ECONNREFUSED' },
}

export const account = (id: string, unread: number | null, more: Partial<Account> = {}): Account => ({
  id,
  unread,
  status: unread === null ? 'pending' : 'ok',
  checkedAt: unread === null ? null : '2026-01-01T09:00:00.000Z',
  ...more,
})

export const server = (accounts: readonly Account[] | null, link: LinkState = live, id = 'local'): ServerView => ({
  id,
  kind: id === 'local' ? 'local' : 'remote',
  label: id === 'local' ? null : id,
  link,
  accounts,
  demo: [],
})

/** A message that arrived in the given minute. */
export const messageAt = (id: string, minute: number, from = `Kim <kim${id}@example.org>`, subject = `subject ${id}`): Message => ({
  id,
  from,
  subject,
  date: new Date(Date.UTC(2026, 0, 1, 9, minute)).toISOString(),
})

/** Malicious Message-IDs that the wire accepts. */
export const HOSTILE_IDS: readonly string[] = [
  '$(touch${IFS}/tmp/x)@x',
  '`id`;rm;-rf;~@x',
  `"'"'\\"@x`,
  'a|b&c*d@x',
  '--profile=/tmp@x',
  '%u%U%f%%@x',
  '%00%0a%2f..@x',
  'a/b?c#d[e]{f}^g@x',
  '@@u',
  'no-at-sign',
  `${'x'.repeat(898)}@x`,
]
