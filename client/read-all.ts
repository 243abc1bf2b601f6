/** Marking all read: whose mails there are to mark. */
import type { Account } from '../server/protocol.ts'

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
