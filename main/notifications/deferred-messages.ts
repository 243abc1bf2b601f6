/** The second phase of a plan: what is notified now, what waits, and what comes out of the wait. */
import { newestFirst } from '../../common/model/accounts.ts'
import type { AccountArrival, FreshAccount, Known } from '../../common/model/new-messages.ts'
import type { Message } from '../../common/protocol/wire.ts'
import type { KeyedAccount } from './arrivals.ts'
import { type AccountMemories, type AccountMemory, type Deferred, NOTHING_DEFERRED } from './history.ts'
import { hashOfAccount, isSame, keyOf, type MessageKeyRef, refOf } from './message-keys.ts'

/** Whether a message of this account waits; null is a message without a name. */
export type Defers = (server: string, account: string, message: Message | null) => boolean

export const isAny = ({ messages, nameless }: Deferred): boolean => messages.length > 0 || nameless > 0

const orNothing = (deferred: Deferred): Deferred => (isAny(deferred) ? deferred : NOTHING_DEFERRED)

/** Puts aside what waits; the arrivals that are left are notified now. */
export function deferArrivals(before: AccountMemories, arrivals: readonly AccountArrival[], defers: Defers) {
  const memories = new Map(before)
  const now = arrivals.flatMap((arrival) => {
    const { server, account } = arrival
    const key = hashOfAccount(server, account)
    const memory = memories.get(key)
    const later = partOf(arrival, (message) => defers(server, account, message))
    if (memory && later) memories.set(key, { ...memory, deferred: withArrival(memory.deferred, later) })
    return partOf(arrival, (message) => !defers(server, account, message)) ?? []
  })
  return { memories, arrivals: now }
}

/** Null if nothing of the arrival belongs to the part. */
function partOf(arrival: AccountArrival, belongs: (message: Message | null) => boolean): AccountArrival | null {
  const messages = arrival.messages.filter(belongs)
  const count = messages.length + (belongs(null) ? arrival.count - arrival.messages.length : 0)
  return count === 0 ? null : { ...arrival, count, messages }
}

const withArrival = (deferred: Deferred, { server, account, count, messages }: AccountArrival): Deferred => ({
  messages: [...deferred.messages, ...messages.map((message) => refOf(server, account, message))],
  nameless: deferred.nameless + count - messages.length,
})

/** Takes out what nothing defers any more, as one arrival for each account. */
export function releaseDeferred(before: AccountMemories, fresh: readonly KeyedAccount[], defers: Defers) {
  const memories = new Map(before)
  const arrivals = fresh.flatMap(({ server, key, account }): AccountArrival[] => {
    const memory = memories.get(key)
    if (!memory || !isAny(memory.deferred)) return []
    const latest = account.latest ?? []
    const find = (ref: MessageKeyRef): Message | undefined => latest.find((message) => isSame(ref, keyOf(server, account.id, message)))
    const waits = (ref: MessageKeyRef): boolean => defers(server, account.id, find(ref) ?? null)
    const [left, free] = [memory.deferred.messages.filter(waits), memory.deferred.messages.filter((ref) => !waits(ref))]
    const nameless = defers(server, account.id, null) ? 0 : memory.deferred.nameless
    const count = free.length + nameless
    if (count === 0) return []
    memories.set(key, { ...memory, deferred: orNothing({ messages: left, nameless: memory.deferred.nameless - nameless }) })
    const messages = free.flatMap((ref) => find(ref) ?? []).toSorted(newestFirst)
    return [{ server, account: account.id, unread: account.unread, count, messages }]
  })
  return { memories, arrivals }
}

/** What of the deferred messages is still unread. */
export function stillUnread({ deferred, known }: AccountMemory, server: string, account: FreshAccount): Deferred {
  const there = deferred.messages.filter((ref) => !isGone(ref, server, account, known))
  // Messages that the list does not reach may have been read. There are no more than are unread, and the newest are read last.
  const named = there.length <= account.unread ? there : there.toSorted((a, b) => b.date.localeCompare(a.date)).slice(0, account.unread)
  return orNothing({ messages: named, nameless: Math.min(deferred.nameless, Math.max(0, account.unread - named.length)) })
}

/** A name that follows belongs to a deferred message without one. */
export function withNames(deferred: Deferred, server: string, account: string, named: readonly Message[]): Deferred {
  const messages = named.slice(0, deferred.nameless).map((message) => refOf(server, account, message))
  if (messages.length === 0) return deferred
  return { messages: [...deferred.messages, ...messages], nameless: deferred.nameless - messages.length }
}

/**
 * Whether a message that was unread is not any more, as far as the list shows: it is not in the list, has not just fallen
 * off its end, and does not wait for a name, as a moved message does.
 * @param before what was known last; undefined if that is not known
 */
export function isGone(ref: MessageKeyRef, server: string, account: FreshAccount, before: Known | undefined): boolean {
  const { id, unread, latest } = account
  if (unread === 0) return true
  if (!latest || latest.some((message) => isSame(ref, keyOf(server, id, message)))) return false
  if (unread <= latest.length) return true
  if (before !== undefined && before.outOfSight !== null) {
    const isShorter = latest.length < before.unread - before.outOfSight
    const isSameNumber = unread >= before.unread && latest.every(({ date = '' }) => date <= before.newest)
    if (isShorter || isSameNumber) return false
  }
  return ref.date !== '' && latest.some(({ date }) => date !== undefined && date < ref.date)
}
