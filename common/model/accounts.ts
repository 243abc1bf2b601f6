/** The accounts of all servers, their newest unread messages, and what "Mark all read" means. */
import type { ReadAllForm } from '../protocol/bridge.ts'
import type { ServerView } from '../protocol/window-state.ts'
import type { Account, Message } from '../protocol/wire.ts'

type Servers = readonly Pick<ServerView, 'id' | 'accounts'>[]

/** Every known account, with its server. */
export const accountsOf = <Server extends Pick<ServerView, 'accounts'>>(servers: readonly Server[]) =>
  servers.flatMap((server) => (server.accounts ?? []).map((account) => ({ server, account })))

/** Epoch milliseconds by the mail server's clock; 0 for a message without a date. */
export const timeOf = ({ date }: Pick<Message, 'date'>): number => (date === undefined ? 0 : Date.parse(date) || 0)

export const newestFirst = (one: Message, other: Message): number => timeOf(other) - timeOf(one)

export interface LatestMessage {
  readonly server: string
  readonly account: Account
  readonly message: Message
}

/** The newest unread messages, as far as the sources name them: the newest first, those without a date last. */
export const latestOf = (servers: Servers): readonly LatestMessage[] =>
  accountsOf(servers)
    .flatMap(({ server, account }) => (account.latest ?? []).map((message) => ({ server: server.id, account, message })))
    .toSorted((one, other) => newestFirst(one.message, other.message))

export type AccountRef = NonNullable<ReadAllForm>

/** Also if the number is not known yet: there may be something to mark. */
export const canMarkRead = ({ actions, unread }: Account): boolean => unread !== 0 && actions?.includes('read') === true

/** @param of one account, or null for all */
export const accountsToMarkRead = (servers: Servers, of: ReadAllForm): readonly AccountRef[] =>
  accountsOf(servers)
    .filter(({ account }) => canMarkRead(account))
    .map(({ server, account }) => ({ server: server.id, account: account.id }))
    .filter(({ server, account }) => of === null || (of.server === server && of.account === account))
