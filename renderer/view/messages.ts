/** The latest unread messages as the window lists them. What a stranger wrote is bounded plain text here. */
import { latestOf, type LatestMessage, timeOf } from '../../common/model/accounts.ts'
import { plain, senderName } from '../../common/model/text.ts'
import type { MessageRef } from '../../common/protocol/bridge.ts'
import type { ServerView } from '../../common/protocol/window-state.ts'
import type { MessageAction } from '../../common/protocol/wire.ts'

export interface MessageLine {
  readonly key: string
  readonly account: string
  /** Empty if its source does not name it. */
  readonly folder: string
  /** The name, or the address if there is no name; empty if neither is known. */
  readonly sender: string
  /** The whole `From`, for a tooltip: a name can claim anything. */
  readonly from: string
  readonly subject: string
  readonly dateMs: number | null
  /** Where it opens on the web, or else its inbox; null if neither is known. */
  readonly url: string | null
  readonly actions: readonly MessageAction[]
  readonly at: MessageRef
}

const MAX_SHOWN = 20

/** @param matches leaves out what is not searched for */
export const messageLines = (
  servers: readonly Pick<ServerView, 'id' | 'accounts'>[],
  matches: (line: MessageLine) => boolean = () => true,
): readonly MessageLine[] => latestOf(servers).map(toLine).filter(matches).slice(0, MAX_SHOWN)

const toLine = ({ server, account, message }: LatestMessage): MessageLine => ({
  key: JSON.stringify([server, account.id, message.folder ?? '', message.id]),
  account: plain(account.id),
  folder: plain(message.folder ?? ''),
  sender: senderName(message.from),
  from: plain(message.from),
  subject: plain(message.subject),
  dateMs: timeOf(message) || null,
  url: webAddress(message.url) ?? webAddress(account.url),
  actions: account.actions ?? [],
  at: { server, account: account.id, message: message.id },
})

/** The wire's schema admits web addresses only; a link to a script is worth a second check. */
export function webAddress(url: string | undefined): string | null {
  return url !== undefined && /^https?:\/\//i.test(url) ? url : null
}
