/** Which accounts "Mark all read" means, in the tray, the window and the browser. */
import type { ReadAllForm } from '../protocol/bridge.ts'
import type { ServerView } from '../protocol/window-state.ts'
import type { Account } from '../protocol/wire.ts'

export type AccountRef = NonNullable<ReadAllForm>

/** Also where the number is not known yet: there may be something to mark. */
export const canMarkRead = ({ actions, unread }: Account): boolean => unread !== 0 && actions?.includes('read') === true

/** @param of one account, or null for all */
export const accountsToMarkRead = (servers: readonly Pick<ServerView, 'id' | 'accounts'>[], of: ReadAllForm): readonly AccountRef[] =>
  servers.flatMap(({ id: server, accounts }) =>
    (accounts ?? [])
      .filter((account) => canMarkRead(account) && (of === null || (of.server === server && of.account === account.id)))
      .map(({ id: account }) => ({ server, account })),
  )
