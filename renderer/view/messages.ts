/** The latest unread messages as the window lists them. What a stranger wrote is bounded plain text here. */
import { latestOf, type LatestMessage, timeOf } from '../../common/model/accounts.ts'
import { plain, senderName } from '../../common/model/text.ts'
import type { MessageRef } from '../../common/protocol/bridge.ts'
import type { ServerView } from '../../common/protocol/window-state.ts'

export type MessageLine = ReturnType<typeof toLine>

const MAX_SHOWN = 20

/** @param matches leaves out what is not searched for */
export const messageLines = (
  servers: readonly Pick<ServerView, 'id' | 'accounts'>[],
  matches: (line: MessageLine) => boolean = () => true,
): readonly MessageLine[] => latestOf(servers).map(toLine).filter(matches).slice(0, MAX_SHOWN)

const toLine = ({ server, account, message }: LatestMessage) => ({
  key: JSON.stringify([server, account.id, message.folder ?? '', message.id]),
  account: plain(account.id),
  /** Empty if its source does not name it. */
  folder: plain(message.folder ?? ''),
  /** The name, or the address if there is no name; empty if neither is known. */
  sender: senderName(message.from),
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
