/** The list of messages in groups: by day, or by account. */
import type { MessageLine } from './messages.ts'
import { type Day, dayOf } from './time.ts'

export type MessageGroup = { readonly key: string; readonly messages: readonly MessageLine[] } & (
  | { readonly by: 'day'; readonly day: Day }
  | { readonly by: 'account'; readonly account: string }
)

export function byDay(messages: readonly MessageLine[], nowMs: number): readonly MessageGroup[] {
  const groups = Map.groupBy(messages, ({ dateMs }) => dayOf(dateMs, nowMs))
  return Array.from(groups, ([day, grouped]) => ({ by: 'day', key: day, day, messages: grouped }))
}

/** The account with the newest message is the first. */
export function byAccount(messages: readonly MessageLine[]): readonly MessageGroup[] {
  const groups = Map.groupBy(messages, ({ at }) => JSON.stringify([at.server, at.account]))
  return Array.from(groups, ([key, grouped]) => ({ by: 'account', key, account: grouped[0]?.account ?? '', messages: grouped }))
}
