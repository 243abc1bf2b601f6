/** The first phase of a plan: which accounts have new messages whose burst is over. */
import { accountsOf } from '../../common/model/accounts.ts'
import {
  type AccountArrival,
  type Arrival,
  awaitsNames,
  type FreshAccount,
  findNewMessages,
  firstKnown,
  isFreshAccount,
  NAMES_MS,
} from '../../common/model/new-messages.ts'
import { placeIn, withSeen } from '../../common/model/seen-messages.ts'
import type { ServerView } from '../../common/protocol/window-state.ts'
import type { Message } from '../../common/protocol/wire.ts'
import { stillUnread, withNames } from './deferred-messages.ts'
import { type AccountMemories, type AccountMemory, type Burst, NOTHING_DEFERRED } from './history.ts'
import { hashOfAccount, keyOf } from './message-keys.ts'

/** A burst ends after this quiet, or at the latest this long after its first message. */
const QUIET_MS = 1_000
const MAX_BURST_MS = 5_000

/** An account with a current number. */
export interface KeyedAccount {
  readonly server: string
  /** `hashOfAccount`. */
  readonly key: string
  readonly account: FreshAccount
}

export const freshAccounts = (servers: readonly ServerView[]): readonly KeyedAccount[] =>
  accountsOf(servers).flatMap(({ server: { id, link }, account }) =>
    isFreshAccount(link, account) ? [{ server: id, key: hashOfAccount(id, account.id), account }] : [],
  )

export function collectArrivals(before: AccountMemories, fresh: readonly KeyedAccount[], nowMs: number) {
  const memories = new Map(before)
  /** One for each account whose burst is over. */
  const arrivals: AccountArrival[] = []
  /** When the next burst is over; infinite if none is open. */
  let dueMs = Number.POSITIVE_INFINITY
  // Messages of one account are known to the accounts after it, even within the same state.
  const placeOf = (content: string) => placeIn(memories.values(), content)
  for (const { server, key, account } of fresh) {
    const keyIn = (message: Message) => keyOf(server, account.id, message)
    const listed = (account.latest ?? []).map(keyIn)
    const memory = before.get(key)
    const seen = withSeen(memory?.seen ?? [], listed)
    if (!memory) {
      memories.set(key, { known: firstKnown(account), seen, deferred: NOTHING_DEFERRED, burst: null })
      continue
    }
    const deferred = stillUnread(memory, server, account)
    const { arrival, named, known } = findNewMessages(memory, account, { keyOf: keyIn, placeOf, nowMs })
    const open = arrival && openBurst(memory, arrival, account, nowMs)
    if (open) {
      dueMs = Math.min(dueMs, open.dueMs)
      memories.set(key, { ...memory, deferred, burst: open.burst })
      continue
    }
    memories.set(key, { known, seen, deferred: withNames(deferred, server, account.id, named), burst: null })
    if (arrival) arrivals.push({ server, account: account.id, unread: account.unread, ...arrival })
  }
  return { memories, arrivals, dueMs }
}

/** Null once the burst is over. */
function openBurst({ burst, known }: AccountMemory, arrival: Arrival, account: FreshAccount, nowMs: number) {
  const signature = JSON.stringify([arrival.count, arrival.messages.map(({ folder, id }) => [folder, id])])
  // After the clock was set back, a stored time must not lie in the future.
  const openedMs = Math.min(burst?.openedMs ?? nowMs, nowMs)
  const lastMs = burst?.signature === signature ? Math.min(burst.lastMs, nowMs) : nowMs
  const quietMs = Math.max(lastMs + QUIET_MS, awaitsNames(arrival, account, known) ? openedMs + NAMES_MS : 0)
  const dueMs = Math.min(quietMs, openedMs + MAX_BURST_MS)
  return dueMs > nowMs ? { burst: { openedMs, lastMs, signature } satisfies Burst, dueMs } : null
}
