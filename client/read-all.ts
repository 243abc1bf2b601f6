/** Marking all read: whose mails there are to mark, and for how long it is gone on with. */
import type { Account } from '../common/protocol/wire.ts'

export interface AccountOfServer {
  readonly server: string
  readonly account: string
}

/** The accounts that have something unread and let it be marked: of all, or the one that is named. */
export function accountsToRead(
  servers: readonly { readonly id: string; readonly accounts: readonly Account[] | null }[],
  of: AccountOfServer | null,
): readonly AccountOfServer[] {
  return servers.flatMap(({ id: server, accounts }) =>
    (accounts ?? []).flatMap(({ id: account, unread, actions }) => {
      const wanted = of === null || (of.server === server && of.account === account)
      return wanted && unread !== 0 && actions?.includes('read') ? [{ server, account }] : []
    }),
  )
}

/** Asked so often at the most: the server gives each 20 s, which is three minutes. */
const MOST_TIMES = 9

type Answered<Failure extends string> = { readonly ok: true } | { readonly ok: false; readonly code: Failure }

/**
 * Very many mails take longer than one request is given; what it has marked stays so. It is asked again for as long as
 * each time has left fewer.
 * @param unread what is left by now; null where nobody knows.
 */
export async function readOn<Answer extends Answered<string>>(ask: () => Promise<Answer>, unread: () => number | null): Promise<Answer> {
  let before = unread()
  for (let times = 1; ; times += 1) {
    const answer = await ask()
    if (answer.ok || answer.code !== 'mail-timeout' || times === MOST_TIMES) return answer
    const left = unread()
    if (before === null || left === null || left >= before) return answer
    before = left
  }
}

export function unreadOf(
  servers: readonly { readonly id: string; readonly accounts: readonly Account[] | null }[],
  of: AccountOfServer,
): number | null {
  return servers.find(({ id }) => id === of.server)?.accounts?.find(({ id }) => id === of.account)?.unread ?? null
}
