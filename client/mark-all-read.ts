/** Marks all messages of one account or of all accounts read, in as many requests as that takes. */
import { type AccountRef, accountsToMarkRead } from '../common/model/accounts.ts'
import type { ReadAllForm } from '../common/protocol/bridge.ts'
import type { ServerView } from '../common/protocol/window-state.ts'
import type { Outcome } from '../common/protocol/outcome.ts'

type Servers = readonly Pick<ServerView, 'id' | 'accounts'>[]

/** The server works at most 20 s on each request, so this limits the whole to three minutes. */
const MAX_REQUESTS = 9

/** @param markRead one request to the server of the account */
export async function markAllReadOf(
  servers: () => Servers,
  of: ReadAllForm,
  markRead: (account: AccountRef) => Promise<Outcome>,
): Promise<Outcome> {
  const repeat = (account: AccountRef): Promise<Outcome> =>
    repeatWhileFewer(
      () => markRead(account),
      () => unreadOf(servers(), account),
    )
  const outcomes = await Promise.all(accountsToMarkRead(servers(), of).map(repeat))
  return outcomes.find(({ ok }) => !ok) ?? { ok: true }
}

/**
 * A large mailbox takes longer than one request may, but what the request has marked stays marked. The request is repeated
 * while each one leaves fewer unread.
 * @param unread how many are left; null while that is not known
 */
export async function repeatWhileFewer(request: () => Promise<Outcome>, unread: () => number | null): Promise<Outcome> {
  let before = unread()
  for (let requests = 1; ; requests += 1) {
    const outcome = await request()
    if (outcome.ok || outcome.code !== 'mail-server-timeout' || requests === MAX_REQUESTS) return outcome
    const left = unread()
    if (before === null || left === null || left >= before) return outcome
    before = left
  }
}

export const unreadOf = (servers: Servers, { server, account }: AccountRef): number | null =>
  servers.find(({ id }) => id === server)?.accounts?.find(({ id }) => id === account)?.unread ?? null
