/**
 * Pure: when a notification is due, and what it says.
 *
 * What comes to an account within a burst makes one: it is due after a second's quiet, at most 5 s after the first. None
 * for what is there at the first start, none when the number falls, none for a number that is not fresh, and no mail is
 * told twice: not after a reconnect or a restart, not in a second folder or by a second server. What comes while
 * something holds it back (holding.ts), or while the app was away, is told as one summary when that ends, without what
 * was read meanwhile.
 */
import type { Account, Message, MessageAction } from '../../common/protocol/wire.ts'
import type { ServerMessageRequest } from '../../common/protocol/bridge.ts'
import type { ServerView } from '../../common/protocol/window-state.ts'
import type { Language, SharedSettings } from '../../common/protocol/settings.ts'
import { type AccountMemories, type AccountMemory, type Deferred, NOTHING_DEFERRED, placesOf, withSeen } from './history.ts'
import { type Bundle, textOfBundle, textOfSummary } from './notification-text.ts'
import { isDeferred, type DeferralContext, nextCheckMs } from './deferral.ts'
import { hashOfAccount, isSame, keyOf, type MessageKey, type MessageKeyRef, refOf } from './message-keys.ts'
import { type CountedAccount, firstKnown, isGone, findNewMessages, type Arrival, type Seen } from './new-messages.ts'
import { isFresh } from '../../common/model/totals.ts'
import { type Words, wordsFor } from '../../common/words/words.ts'

export interface NotificationPlan {
  /** The same for every alert of one account, and for every summary: a new one replaces the one before. */
  readonly id: string
  readonly title: string
  readonly body: string
  /** The one mail that it tells of; null where it tells of several. */
  readonly mail: { readonly server: string; readonly account: string; readonly mail: Message } | null
  /** What can be done with that mail, each with its words. */
  readonly acts: readonly NotificationAction[]
}

export interface NotificationAction {
  readonly label: string
  readonly request: ServerMessageRequest
}

/** What a shown alert is about: when all of it is read, it is closed. */
interface Subject {
  readonly server: string
  /** `hashOfAccount`. */
  readonly account: string
  readonly mails: readonly MessageKeyRef[]
  readonly nameless: number
  /** Unread mails of the account when it was shown. */
  readonly unread: number
}

export interface NotificationState {
  readonly memories: AccountMemories
  readonly shown: ReadonlyMap<string, readonly Subject[]>
  /** When the last state was seen; null before the first start. Epoch milliseconds. */
  readonly lastMs: number | null
  /** The time of `AlertInput.wokeMs` that this is about, and when the app was there last before it. */
  readonly woke: { readonly atMs: number; readonly awaySinceMs: number | null; readonly settled: boolean } | null
}

export interface PlanInput extends DeferralContext {
  readonly servers: readonly ServerView[]
  readonly language: Language
  readonly preferences: Pick<SharedSettings, 'notifications' | 'notificationText'>
  /** When the app started, or the machine woke: what came before is told in one. */
  readonly wokeMs: number
}

export interface PlanStep {
  readonly state: NotificationState
  readonly show: readonly NotificationPlan[]
  /** Ids of alerts whose mails have been read. */
  readonly close: readonly string[]
  /** Ask again then, if nothing has changed before. */
  readonly nextMs: number | null
  /** Something has been told or held back: whoever forgets this state would tell it again. */
  readonly mustKeep: boolean
}

export const NOTHING_NOTIFIED: NotificationState = { memories: new Map(), shown: new Map(), lastMs: null, woke: null }

const QUIET_MS = 1_000
const BURST_MS = 5_000
/** So long a notification waits for who wrote; the count in the tray never does. */
const NAMES_MS = 4_000
/** So long all servers have to be there again after a start or a sleep. */
const WAKING_MS = 10_000
/** Who was away for less needs no "since". */
const LONG_MS = 3_600_000
const SUMMARY_ID = 'summary'

interface Counted {
  readonly server: string
  readonly key: string
  readonly account: CountedAccount
}

export function planNotifications(before: NotificationState, input: PlanInput): PlanStep {
  const { servers, nowMs, wokeMs, preferences } = input
  const words = wordsFor(input.language)
  const counted = countedOf(servers)
  const woke = before.woke?.atMs === wokeMs ? before.woke : { atMs: wokeMs, awaySinceMs: before.lastMs, settled: false }
  // What one account tells is known to those that follow it, in the same moment as well.
  const places = new Map(placesOf(before.memories))
  const memories = new Map(woke.settled ? withoutRemoved(before.memories, servers) : before.memories)
  const news: Bundle[] = []
  let nextMs = Number.POSITIVE_INFINITY

  for (const { server, key, account } of counted) {
    const memory = before.memories.get(key)
    const seen = withSeen(memory?.seen ?? [], server, account.id, account.latest)
    if (!memory) {
      memories.set(key, { known: firstKnown(account), seen, held: NOTHING_DEFERRED, burst: null })
      continue
    }
    const held = stillUnread(memory, server, account)
    const listed = (account.latest ?? []).map((mail) => keyOf(server, account.id, mail))
    const { news: found, named, known } = findNewMessages(memory.known, server, account, seenBy(memory, places, listed), nowMs)
    const gathered = found && gather(memory, found, account, nowMs)
    if (found && gathered && gathered.dueMs > nowMs) {
      nextMs = Math.min(nextMs, gathered.dueMs)
      memories.set(key, { ...memory, held, burst: gathered.burst })
      continue
    }
    memories.set(key, { known, seen, held: withNames(held, server, account.id, named), burst: null })
    for (const { content, place } of listed) if (content !== null && !places.has(content)) places.set(content, place)
    if (found) news.push({ server, account: account.id, unread: account.unread, ...found })
  }

  const waking = !woke.settled && nowMs >= wokeMs && nowMs < wokeMs + WAKING_MS && !isSettled(servers, memories)
  if (waking) nextMs = Math.min(nextMs, wokeMs + WAKING_MS)
  const holds = (server: string, account: string, mail: Message | null): boolean => isDeferred(server, account, mail, input)
  // What is found while all come back is told in one, together with what was held before.
  const holdsNews = woke.settled ? holds : () => true
  const told = news.flatMap((bundle) => {
    const { now, later } = divided(bundle, holdsNews)
    const key = hashOfAccount(bundle.server, bundle.account)
    const memory = memories.get(key)
    if (memory && later) memories.set(key, { ...memory, held: withHeld(memory.held, later) })
    return now ? [now] : []
  })
  const released = waking ? [] : release(counted, memories, holds)

  const summary = summaryOf(released, { input, awaySinceMs: woke.settled ? null : woke.awaySinceMs, words })
  const show = !preferences.notifications ? [] : [...told.map((bundle) => alertOf(bundle, input, words)), ...summary]
  const shown = new Map(before.shown)
  for (const bundle of told) shown.set(idOf(bundle), [subjectOf(bundle)])
  for (const { id } of summary) shown.set(id, released.map(subjectOf))
  const isOver = (subject: Subject): boolean => isRead(subject, counted, before.memories) || isRemoved(subject, servers)
  const close = [...shown].flatMap(([id, subjects]) => (!preferences.notifications || subjects.every(isOver) ? [id] : []))
  for (const id of close) shown.delete(id)
  if (!preferences.notifications) {
    for (const [key, memory] of memories) if (memory.held !== NOTHING_DEFERRED) memories.set(key, { ...memory, held: NOTHING_DEFERRED })
  }
  if ([...memories.values()].some(({ held }) => isAny(held))) nextMs = Math.min(nextMs, nextCheckMs(input) ?? Number.POSITIVE_INFINITY)

  return {
    state: { memories, shown, lastMs: nowMs, woke: waking ? woke : { ...woke, settled: true } },
    show,
    close: close.filter((id) => before.shown.has(id)),
    nextMs: Number.isFinite(nextMs) ? nextMs : null,
    mustKeep: news.length > 0 || released.length > 0,
  }
}

const isAny = ({ mails, nameless }: Deferred): boolean => mails.length > 0 || nameless > 0

/** Accounts whose number is true just now. */
function countedOf(servers: readonly ServerView[]): readonly Counted[] {
  return servers.flatMap(({ id: server, link, accounts }) =>
    (accounts ?? []).flatMap((account: Account): Counted[] => {
      const { unread } = account
      if (unread === null || !isFresh(link, account)) return []
      return [{ server, key: hashOfAccount(server, account.id), account: { ...account, unread } }]
    }),
  )
}

/** The same content at another place is the same mail; at the same place it has come back, unless the first is still there. */
function seenBy({ seen }: AccountMemory, places: ReadonlyMap<string, string>, listed: readonly MessageKey[]): Seen {
  const ids = new Set(seen.map(({ id }) => id))
  return {
    has({ id, content, place }) {
      if (ids.has(id)) return true
      const first = content === null ? undefined : places.get(content)
      if (first === undefined || first !== place) return first !== undefined
      return !listed.some((other) => other.content === content && other.place === place && ids.has(other.id))
    },
  }
}

function gather({ burst, known }: AccountMemory, { count, mails }: Arrival, { latest }: Account, nowMs: number) {
  const sign = JSON.stringify([count, mails.map(({ folder, id }) => [folder, id])])
  // A clock that was set back has no future in it.
  const openedMs = Math.min(burst?.openedMs ?? nowMs, nowMs)
  const lastMs = burst?.sign === sign ? Math.min(burst.lastMs, nowMs) : nowMs
  // A source tells the count at once, and then who wrote.
  const awaitsNames = mails.length < count && latest !== undefined && known.outOfSight !== null
  const quietMs = Math.max(lastMs + QUIET_MS, awaitsNames ? openedMs + NAMES_MS : 0)
  return { burst: { openedMs, lastMs, sign }, dueMs: Math.min(quietMs, openedMs + BURST_MS) }
}

/** All that were there when the app was away are there again, and nothing gathers any more. */
function isSettled(servers: readonly ServerView[], memories: AccountMemories): boolean {
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

function stillUnread({ held, known }: AccountMemory, server: string, account: CountedAccount): Deferred {
  const there = held.mails.filter((mail) => !isGone(mail, server, account, known))
  // Those that the list does not reach may have been read: there are no more than are unread, and the newest are it last.
  const named = there.length <= account.unread ? there : there.toSorted((a, b) => b.date.localeCompare(a.date)).slice(0, account.unread)
  const left = { mails: named, nameless: Math.min(held.nameless, Math.max(0, account.unread - named.length)) }
  return isAny(left) ? left : NOTHING_DEFERRED
}

const withHeld = (held: Deferred, { server, account, count, mails }: Bundle): Deferred => ({
  mails: [...held.mails, ...mails.map((mail) => refOf(server, account, mail))],
  nameless: held.nameless + count - mails.length,
})

/** A name that follows belongs to a mail that is held, where there is one without. */
function withNames(held: Deferred, server: string, account: string, named: readonly Message[]): Deferred {
  const mails = named.slice(0, held.nameless).map((mail) => refOf(server, account, mail))
  return mails.length === 0 ? held : { mails: [...held.mails, ...mails], nameless: held.nameless - mails.length }
}

/** What can be told now, and what is told later. */
function divided(
  bundle: Bundle,
  holds: (server: string, account: string, mail: Message | null) => boolean,
): { readonly now: Bundle | null; readonly later: Bundle | null } {
  const { server, account, count, mails } = bundle
  const parts = Map.groupBy(mails, (mail) => holds(server, account, mail))
  const nameless = count - mails.length
  const later = holds(server, account, null)
  const part = (isLater: boolean): Bundle | null => {
    const named = parts.get(isLater) ?? []
    const all = named.length + (later === isLater ? nameless : 0)
    return all === 0 ? null : { ...bundle, count: all, mails: named }
  }
  return { now: part(false), later: part(true) }
}

/** Takes out of what is held what nothing holds any more. */
function release(
  counted: readonly Counted[],
  memories: Map<string, AccountMemory>,
  holds: (server: string, account: string, mail: Message | null) => boolean,
): readonly Bundle[] {
  return counted.flatMap(({ server, key, account }) => {
    const memory = memories.get(key)
    if (!memory || !isAny(memory.held)) return []
    const listed = (account.latest ?? []).map((mail) => ({ mail, key: keyOf(server, account.id, mail) }))
    const find = (ref: MessageKeyRef): Message | undefined => listed.find(({ key: each }) => isSame(ref, each))?.mail
    const free = memory.held.mails.filter((ref) => !holds(server, account.id, find(ref) ?? null))
    const nameless = holds(server, account.id, null) ? 0 : memory.held.nameless
    if (free.length + nameless === 0) return []
    const left = { mails: memory.held.mails.filter((mail) => !free.includes(mail)), nameless: memory.held.nameless - nameless }
    memories.set(key, { ...memory, held: isAny(left) ? left : NOTHING_DEFERRED })
    const mails = free.flatMap((ref) => find(ref) ?? []).toSorted((one, other) => (other.date ?? '').localeCompare(one.date ?? ''))
    return [{ server, account: account.id, unread: account.unread, count: free.length + nameless, mails }]
  })
}

interface SummaryContext {
  readonly input: PlanInput
  readonly awaySinceMs: number | null
  readonly words: Words
}

/** One mail is told as if it had come now. */
function summaryOf(bundles: readonly Bundle[], { input, awaySinceMs, words }: SummaryContext): readonly NotificationPlan[] {
  const [only, ...others] = bundles
  if (!only) return []
  if (others.length === 0 && only.count === 1) return [{ ...alertOf(only, input, words), id: SUMMARY_ID }]
  const wasLong = awaySinceMs !== null && input.nowMs - awaySinceMs >= LONG_MS
  const since = wasLong ? words.dayTime(awaySinceMs, input.nowMs) : null
  return [{ id: SUMMARY_ID, ...textOfSummary(bundles, since, input.preferences.notificationText, words), mail: null, acts: [] }]
}

const idOf = ({ server, account }: Bundle): string => `account ${hashOfAccount(server, account)}`

function alertOf(bundle: Bundle, { servers, preferences: { notificationText } }: PlanInput, words: Words): NotificationPlan {
  const { server, account, count, mails } = bundle
  const [first] = mails
  const mail = count === 1 && first !== undefined ? first : null
  const actions = servers.find(({ id }) => id === server)?.accounts?.find(({ id }) => id === account)?.actions ?? []
  return {
    id: idOf(bundle),
    ...textOfBundle(bundle, notificationText, words),
    mail: mail && { server, account, mail },
    // Nobody deletes a mail of which only that it is there is told.
    acts: mail === null || notificationText !== 'mail' ? [] : actions.map((action) => actOf(action, server, account, mail, words)),
  }
}

const ACT_WORDS = { read: 'markRead', archive: 'archive', delete: 'delete' } as const satisfies Record<MessageAction, string>

const actOf = (action: MessageAction, server: string, account: string, { id: message }: Message, words: Words): NotificationAction => ({
  label: words.t(ACT_WORDS[action]),
  request: { server, account, message, action },
})

const subjectOf = ({ server, account, unread, count, mails }: Bundle): Subject => ({
  server,
  account: hashOfAccount(server, account),
  mails: mails.map((mail) => refOf(server, account, mail)),
  nameless: count - mails.length,
  unread,
})

/** Mails that nobody could name count as read when the number has fallen by as many. */
function isRead({ account: key, mails, nameless, unread }: Subject, counted: readonly Counted[], memories: AccountMemories): boolean {
  const now = counted.find((each) => each.key === key)
  if (!now) return false
  if (!mails.every((mail) => isGone(mail, now.server, now.account, memories.get(key)?.known))) return false
  return nameless === 0 || now.account.unread <= unread - nameless - mails.length
}

/** Its account is not there any more, as its own server says; what others say does not matter. */
function isRemoved({ server, account }: Subject, servers: readonly ServerView[]): boolean {
  const own = servers.find(({ id }) => id === server)
  if (!own) return true
  if (own.accounts === null || own.link.phase !== 'live') return false
  return !own.accounts.some(({ id }) => hashOfAccount(server, id) === account)
}

/** Accounts that left a server that answers, and servers that were left, begin anew when they come back. */
function withoutRemoved(memories: AccountMemories, servers: readonly ServerView[]): AccountMemories {
  const there = new Set(servers.flatMap(({ id, accounts }) => (accounts ?? []).map((account) => hashOfAccount(id, account.id))))
  if (servers.some(({ accounts, link }) => accounts === null || link.phase !== 'live')) return memories
  return new Map([...memories].filter(([key]) => there.has(key)))
}
