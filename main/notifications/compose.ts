/** The text and the actions of a notification. */
import type { NameOf } from '../../common/model/account-names.ts'
import type { AccountArrival } from '../../common/model/new-messages.ts'
import { textOfArrival, textOfSummary } from '../../common/model/notification-text.ts'
import type { ServerMessageRequest } from '../../common/protocol/bridge.ts'
import type { SharedSettings } from '../../common/protocol/settings.ts'
import type { ServerView } from '../../common/protocol/window-state.ts'
import type { Message, MessageAction } from '../../common/protocol/wire.ts'
import type { Words } from '../../common/words/words.ts'
import { hashOfAccount } from './message-keys.ts'

export interface NotificationPlan {
  /** The same for every notification of one account, and for every summary: a new one replaces the one before. */
  readonly id: string
  readonly title: string
  readonly body: string
  /** The one message that it is about; null for several. */
  readonly message: { readonly server: string; readonly account: string; readonly message: Message } | null
  readonly actions: readonly NotificationAction[]
}

export interface NotificationAction {
  readonly label: string
  readonly request: ServerMessageRequest
}

export interface ComposeContext {
  readonly nameOf: NameOf
  readonly servers: readonly ServerView[]
  readonly words: Words
  readonly sharedSettings: Pick<SharedSettings, 'notifications' | 'notificationText'>
  /** Epoch milliseconds. */
  readonly nowMs: number
}

/** After a shorter absence, a summary needs no "since". */
const LONG_ABSENCE_MS = 3_600_000
export const SUMMARY_ID = 'summary'
const ACTION_WORDS = { read: 'markRead', archive: 'archive', delete: 'delete' } as const satisfies Record<MessageAction, string>

export const notificationId = ({ server, account }: Pick<AccountArrival, 'server' | 'account'>): string =>
  `account ${hashOfAccount(server, account)}`

export function composeNotification(arrival: AccountArrival, { servers, nameOf, words, sharedSettings }: ComposeContext): NotificationPlan {
  const { server, account, count, messages } = arrival
  const { notificationText } = sharedSettings
  const [first] = messages
  const message = count === 1 && first !== undefined ? first : null
  const actions = servers.find(({ id }) => id === server)?.accounts?.find(({ id }) => id === account)?.actions ?? []
  // The user must see what an action deletes.
  const offered = message === null || notificationText !== 'mail' ? [] : actions
  return {
    id: notificationId(arrival),
    ...textOfArrival(arrival, notificationText, words, nameOf),
    message: message && { server, account, message },
    actions: offered.map((action) => ({
      label: words.t(ACTION_WORDS[action]),
      request: { server, account, message: message?.id ?? '', action },
    })),
  }
}

/** Empty if nothing has arrived; a single message gets the text of a normal notification. @param awaySinceMs when the app last ran; null if it was not away */
export function composeSummary(
  arrivals: readonly AccountArrival[],
  awaySinceMs: number | null,
  context: ComposeContext,
): readonly NotificationPlan[] {
  const [only, ...others] = arrivals
  if (!only) return []
  if (only.count === 1 && others.length === 0) return [{ ...composeNotification(only, context), id: SUMMARY_ID }]
  const { nameOf, words, sharedSettings, nowMs } = context
  const wasLong = awaySinceMs !== null && nowMs - awaySinceMs >= LONG_ABSENCE_MS
  const since = wasLong ? words.dayTime(awaySinceMs, nowMs) : null
  return [
    {
      id: SUMMARY_ID,
      ...textOfSummary(arrivals, since, sharedSettings.notificationText, words, nameOf),
      message: null,
      actions: [],
    },
  ]
}
