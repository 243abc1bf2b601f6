/** The newest unread messages, as far as the sources name them. */
import type { ServerView } from '../protocol/window-state.ts'
import type { Account, Message } from '../protocol/wire.ts'

/** Epoch milliseconds by the mail server's clock; 0 for a message without a date. */
export const timeOf = ({ date }: Pick<Message, 'date'>): number => (date === undefined ? 0 : Date.parse(date) || 0)

export const newestFirst = (one: Message, other: Message): number => timeOf(other) - timeOf(one)

export interface LatestMessage {
  readonly server: string
  readonly account: Account
  readonly message: Message
}

/** The newest first, those without a date last. */
export const latestOf = (servers: readonly Pick<ServerView, 'id' | 'accounts'>[]): readonly LatestMessage[] =>
  servers
    .flatMap(({ id: server, accounts }) =>
      (accounts ?? []).flatMap((account) => (account.latest ?? []).map((message) => ({ server, account, message }))),
    )
    .toSorted((one, other) => newestFirst(one.message, other.message))
