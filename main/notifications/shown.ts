/** The last phase of a plan: which notifications are shown, and which of them are closed. */
import type { AccountArrival } from '../../common/model/new-messages.ts'
import type { ServerView } from '../../common/protocol/window-state.ts'
import type { KeyedAccount } from './arrivals.ts'
import { notificationId, SUMMARY_ID } from './compose.ts'
import { isGone } from './deferred-messages.ts'
import type { AccountMemories, Deferred } from './history.ts'
import { hashOfAccount, refOf } from './message-keys.ts'

/** What a shown notification is about: it is closed when all of that is read. */
interface Subject extends Deferred {
  readonly server: string
  /** `hashOfAccount`. */
  readonly account: string
  /** Unread messages of the account when the notification was shown. */
  readonly unread: number
}

/** By the id of the notification. */
export type Shown = ReadonlyMap<string, readonly Subject[]>

const subjectOf = ({ server, account, unread, count, messages }: AccountArrival): Subject => ({
  server,
  account: hashOfAccount(server, account),
  messages: messages.map((message) => refOf(server, account, message)),
  nameless: count - messages.length,
  unread,
})

/** A new notification replaces the one with the same id. */
export function withShown(before: Shown, now: readonly AccountArrival[], summarised: readonly AccountArrival[]): Shown {
  const shown = new Map(before)
  for (const arrival of now) shown.set(notificationId(arrival), [subjectOf(arrival)])
  return summarised.length === 0 ? shown : shown.set(SUMMARY_ID, summarised.map(subjectOf))
}

/** Without those whose messages are all read, or whose accounts are removed. */
export function withoutRead(
  shown: Shown,
  servers: readonly ServerView[],
  fresh: readonly KeyedAccount[],
  memories: AccountMemories,
): Shown {
  const isOver = (subject: Subject): boolean => isRead(subject, fresh, memories) || isRemoved(subject, servers)
  return new Map([...shown].filter(([, subjects]) => !subjects.every(isOver)))
}

/** Messages without a name count as read when the number has fallen by as many. */
function isRead({ account: key, messages, nameless, unread }: Subject, fresh: readonly KeyedAccount[], memories: AccountMemories): boolean {
  const now = fresh.find((each) => each.key === key)
  if (!now) return false
  if (!messages.every((ref) => isGone(ref, now.server, now.account, memories.get(key)?.known))) return false
  return nameless === 0 || now.account.unread <= unread - nameless - messages.length
}

/** Only the account's own server can say that the account is not there any more. */
function isRemoved({ server, account }: Subject, servers: readonly ServerView[]): boolean {
  const own = servers.find(({ id }) => id === server)
  if (!own) return true
  if (own.accounts === null || own.link.phase !== 'live') return false
  return !own.accounts.some(({ id }) => hashOfAccount(server, id) === account)
}
