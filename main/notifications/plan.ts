/**
 * When a notification is due, in four phases: collect the new messages of each account (arrivals.ts), defer or notify them
 * and release what was deferred (deferred-messages.ts), compose (compose.ts), and close what is over (shown.ts).
 *
 * | what happens                                               | what follows                                       |
 * | ---------------------------------------------------------- | -------------------------------------------------- |
 * | an account appears for the first time                      | its messages are remembered, none is notified      |
 * | the number falls, or is not fresh                          | nothing                                            |
 * | messages arrive                                            | they wait for 1 s of quiet, 4 s for names, 5 s max |
 * | the burst is over                                          | one notification for the account                   |
 * | it is over while muted, in quiet hours, locked or idle     | it is deferred                                     |
 * | it is over while servers come back after a start or sleep  | it is deferred until all are back, 10 s at most    |
 * | a deferral ends                                            | one summary of what is still unread                |
 * | a message is named again: moved, copied, by another server | nothing                                            |
 * | all that a notification is about is read or removed        | the notification is closed                         |
 * | notifications are switched off                             | all are closed, and deferred ones are dropped      |
 */
import { namesOf } from '../../common/model/account-names.ts'
import { accountsOf } from '../../common/model/accounts.ts'
import { isFresh } from '../../common/model/totals.ts'
import type { ServerView } from '../../common/protocol/window-state.ts'
import { collectArrivals, freshAccounts } from './arrivals.ts'
import { type ComposeContext, composeNotification, composeSummary } from './compose.ts'
import { deferArrivals, type Defers, isAny, releaseDeferred } from './deferred-messages.ts'
import { type DeferralContext, isDeferred, nextCheckMs } from './deferral.ts'
import { type AccountMemories, NOTHING_DEFERRED } from './history.ts'
import { hashOfAccount } from './message-keys.ts'
import { type Shown, withoutRead, withShown } from './shown.ts'

export interface NotificationState {
  readonly memories: AccountMemories
  readonly shown: Shown
  /** When the last state was planned, in epoch milliseconds; null before the first start. */
  readonly lastMs: number | null
  /** The last start of the app or wake of the machine; null before the first start. */
  readonly wake: {
    readonly atMs: number
    /** When the app last ran before; null at the first start. */
    readonly awaySinceMs: number | null
    /** All accounts are back, or have had their time. */
    readonly isOver: boolean
  } | null
}

export interface PlanInput extends Omit<ComposeContext, 'nameOf'>, DeferralContext {
  /** When the app started or the machine woke: messages from before then make one summary. */
  readonly wokeMs: number
}

export const NOTHING_NOTIFIED: NotificationState = { memories: new Map(), shown: new Map(), lastMs: null, wake: null }

/** How long servers have to come back after a start or a sleep. */
const WAKING_MS = 10_000
const deferAll: Defers = () => true

export function planNotifications(before: NotificationState, input: PlanInput) {
  const { servers, nowMs, wokeMs } = input
  const isOn = input.sharedSettings.notifications
  const fresh = freshAccounts(servers)
  const wake = before.wake?.atMs === wokeMs ? before.wake : { atMs: wokeMs, awaySinceMs: before.lastMs, isOver: false }
  const collected = collectArrivals(before.memories, fresh, nowMs)
  const remembered = wake.isOver ? withoutRemoved(collected.memories, servers) : collected.memories
  const isWaking = !wake.isOver && nowMs >= wokeMs && nowMs < wokeMs + WAKING_MS && !areAllBack(servers, remembered)

  const defers: Defers = (server, account, message) => isDeferred(server, account, message, input)
  // What is found while servers come back makes one summary, together with what was deferred before.
  const divided = deferArrivals(remembered, collected.arrivals, wake.isOver ? defers : deferAll)
  const released = isWaking ? { memories: divided.memories, arrivals: [] } : releaseDeferred(divided.memories, fresh, defers)
  const memories = isOn ? released.memories : withoutDeferred(released.memories)

  const [now, summarised] = isOn ? [divided.arrivals, released.arrivals] : [[], []]
  const context = { ...input, nameOf: namesOf(servers) }
  const summary = composeSummary(summarised, wake.isOver ? null : wake.awaySinceMs, context)
  const shown = withoutRead(isOn ? withShown(before.shown, now, summarised) : new Map(), servers, fresh, before.memories)

  const isAnyDeferred = [...memories.values()].some(({ deferred }) => isAny(deferred))
  const nextMs = Math.min(
    collected.dueMs,
    isWaking ? wokeMs + WAKING_MS : Number.POSITIVE_INFINITY,
    isAnyDeferred ? nextCheckMs(input) : Number.POSITIVE_INFINITY,
  )
  const state: NotificationState = { memories, shown, lastMs: nowMs, wake: { ...wake, isOver: !isWaking } }
  return {
    state,
    show: [...now.map((arrival) => composeNotification(arrival, context)), ...summary],
    /** Ids of notifications to close. */
    close: [...before.shown.keys()].filter((id) => !shown.has(id)),
    /** When to plan again, if nothing has changed before; null for never. */
    nextMs: Number.isFinite(nextMs) ? nextMs : null,
    /** Something was notified or deferred: without this state on disk, a restart would notify it again. */
    mustSave: collected.arrivals.length > 0 || released.arrivals.length > 0,
  }
}

/** All accounts from before the absence are back, and no burst is open. */
function areAllBack(servers: readonly ServerView[], memories: AccountMemories): boolean {
  const keys = new Set<string>()
  for (const { id, link, accounts } of servers) {
    if (accounts === null && link.phase !== 'signed-out') return false
    for (const account of accounts ?? []) {
      if (!isFresh(link, account) && account.status !== 'error') return false
      keys.add(hashOfAccount(id, account.id))
    }
  }
  return [...memories].every(([key, { burst }]) => burst === null && keys.has(key))
}

/** An account that returns after its server answered without it counts as new. */
function withoutRemoved(memories: AccountMemories, servers: readonly ServerView[]): AccountMemories {
  if (servers.some(({ accounts, link }) => accounts === null || link.phase !== 'live')) return memories
  const there = new Set(accountsOf(servers).map(({ server, account }) => hashOfAccount(server.id, account.id)))
  return new Map([...memories].filter(([key]) => there.has(key)))
}

const withoutDeferred = (memories: AccountMemories): AccountMemories =>
  new Map(Array.from(memories, ([key, memory]) => [key, { ...memory, deferred: NOTHING_DEFERRED }]))
