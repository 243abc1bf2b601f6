/** The latest unread messages as the window lists them. What a stranger wrote is bounded plain text here. */
import type { NameOf } from '../../common/model/account-names.ts'
import { latestOf, type LatestMessage, timeOf } from '../../common/model/accounts.ts'
import { plain, senderName, senderOf } from '../../common/model/text.ts'
import type { MessageRef } from '../../common/protocol/bridge.ts'
import type { ServerView } from '../../common/protocol/window-state.ts'
import type { Message } from '../../common/protocol/wire.ts'

export type MessageLine = ReturnType<ReturnType<typeof toLine>>

/** The page remains quick with as many. */
export const MAX_SHOWN = 2_000

/** @param matches leaves out what is not searched for */
export const messageLines = (
  servers: readonly Pick<ServerView, 'id' | 'accounts'>[],
  nameOf: NameOf,
  matches: (line: MessageLine) => boolean = () => true,
): readonly MessageLine[] => latestOf(servers).map(toLine(nameOf)).filter(matches).slice(0, MAX_SHOWN)

/** Different for every message of every server. */
export const keyOfMessage = (server: string, account: string, { folder = '', id }: Pick<Message, 'folder' | 'id'>): string =>
  JSON.stringify([server, account, folder, id])

const toLine =
  (nameOf: NameOf) =>
  ({ server, account, message }: LatestMessage) => ({
    key: keyOfMessage(server, account.id, message),
    account: nameOf(server, account.id),
    /** Empty if its source does not name it. */
    folder: plain(message.folder ?? ''),
    /** The name, or the address if there is no name; empty if neither is known. */
    sender: senderName(message.from),
    /** Of the sender; what decides the colour of the avatar. */
    address: plain(senderOf(message.from).address),
    /** The whole `From`, for a tooltip: a name can claim anything. */
    from: plain(message.from),
    subject: plain(message.subject),
    dateMs: timeOf(message) || null,
    /** Where it opens on the web, or else its inbox; null if neither is known. */
    url: webAddress(message.url) ?? webAddress(account.url),
    actions: account.actions ?? [],
    at: { server, account: account.id, message: message.id } satisfies MessageRef,
  })

/** The wire's schema admits web addresses only; a link to a script is worth a second check. */
export function webAddress(url: string | undefined): string | null {
  return url !== undefined && /^https?:\/\//i.test(url) ? url : null
}
