/** What is new in an account since its last certain state. Every notification follows this rule. */
import type { LinkState } from '../protocol/link.ts'
import type { Account, Message } from '../protocol/wire.ts'
import { isSeen, type MessageKey, type PlaceOf, type SeenMessages } from './seen-messages.ts'
import { isFresh } from './totals.ts'

export interface Known {
  readonly unread: number
  /** Unread messages that `latest` did not name; null if the source names none at all. */
  readonly outOfSight: number | null
  /** The newest date seen; '' before any. ISO 8601 in UTC, so that text order is time order. */
  readonly newest: string
  /** Unnamed messages that were just counted as new: a name that follows until this time is not new. */
  readonly unnamed: number
  readonly unnamedUntilMs: number
  /** Unnamed messages that were not counted as new: one of them may have arrived while another was read. */
  readonly unexplained: number
}

export interface ArrivalMemory {
  readonly known: Known
  readonly seen: SeenMessages
}

export interface Arrival {
  readonly count: number
  /** Those that have a name, newest first. */
  readonly messages: readonly Message[]
}

/** New messages of one account. */
export interface AccountArrival extends Arrival {
  readonly server: string
  readonly account: string
  /** All unread messages of the account. */
  readonly unread: number
}

export type FreshAccount = Account & { readonly unread: number }

/** Only a current number shows what is new. */
export const isFreshAccount = (link: LinkState, account: Account): account is FreshAccount =>
  account.unread !== null && isFresh(link, account)

/** How long a notification waits for the names of new messages; the count in the tray never does. */
export const NAMES_MS = 4_000
/** Names that have not arrived by then are not expected any more. */
const LATE_NAMES_MS = 60_000

const NONE_UNNAMED = { unnamed: 0, unnamedUntilMs: 0, unexplained: 0 }

const outOfSightOf = ({ unread, latest }: FreshAccount): number | null => (latest ? Math.max(0, unread - latest.length) : null)

/** What is known at first sight, of which nothing is new. */
export const firstKnown = (account: FreshAccount): Known => knownOf({ newest: '', outOfSight: null }, account, NONE_UNNAMED)

/**
 * What is new, what is known from then on, and as `named`, messages that were counted before and have a name only now.
 *
 * A read message that is unread again raises the number but is not new. A rise among unnamed messages counts as new,
 * because not every source names the messages of all folders.
 */
export function findNewMessages(
  { known: before, seen }: ArrivalMemory,
  account: FreshAccount,
  { keyOf, placeOf, nowMs }: { keyOf: (message: Message) => MessageKey; placeOf: PlaceOf; nowMs: number },
): { arrival: Arrival | null; named: readonly Message[]; known: Known } {
  const { unread, latest } = account
  const rise = Math.max(0, unread - before.unread)
  const outOfSight = outOfSightOf(account)
  if (!latest || outOfSight === null || before.outOfSight === null) {
    return { arrival: rise > 0 ? { count: rise, messages: [] } : null, named: [], known: knownOf(before, account, NONE_UNNAMED) }
  }
  const listed = latest.map(keyOf)
  const unseen = withoutCopies(
    latest.filter((message) => !isSeen(keyOf(message), seen, listed, placeOf)),
    keyOf,
  )
  const newer = unseen.filter(({ date }) => date !== undefined && date > before.newest)
  // A list that has become longer names more folders than before; one that is full names the newest.
  const isLonger = latest.length > before.unread - before.outOfSight
  const awaited = nowMs < before.unnamedUntilMs ? before.unnamed : 0
  const fewer = Math.max(0, before.outOfSight - outOfSight)
  const revealed = Math.max(awaited, isLonger ? fewer - before.unexplained : 0)
  const farther = Math.max(0, outOfSight - before.outOfSight)
  const count = Math.min(Math.max(rise, newer.length - revealed), unseen.length + farther)
  const messages = unseen.slice(0, count)
  const named = newer.filter((message) => !messages.includes(message)).slice(0, awaited)
  const nameless = count - messages.length
  const unnamed = Math.min(outOfSight, awaited - named.length + nameless)
  const unexplained = Math.min(outOfSight, Math.max(0, before.unexplained - fewer) + Math.max(0, farther - nameless))
  const unnamedUntilMs = nameless > 0 ? nowMs + LATE_NAMES_MS : before.unnamedUntilMs
  const known = knownOf(before, account, { unnamed, unnamedUntilMs, unexplained })
  return { arrival: count === 0 ? null : { count, messages }, named, known }
}

/** A source reports the count first, and the names later. */
export const awaitsNames = ({ count, messages }: Arrival, { latest }: Account, { outOfSight }: Known): boolean =>
  messages.length < count && latest !== undefined && outOfSight !== null

/** The same content in another folder is a copy; in the same one it is another message. */
function withoutCopies(messages: readonly Message[], keyOf: (message: Message) => MessageKey): readonly Message[] {
  const keys = messages.map(keyOf)
  return messages.filter((message) => {
    const { content, place } = keyOf(message)
    return content === null || keys.find((key) => key.content === content)?.place === place
  })
}

function knownOf({ newest, outOfSight }: Pick<Known, 'newest' | 'outOfSight'>, account: FreshAccount, names: typeof NONE_UNNAMED): Known {
  const { unread, latest } = account
  if (!latest) return { unread, outOfSight, newest, ...names }
  const dates = latest.flatMap(({ date }) => date ?? [])
  return { unread, outOfSight: outOfSightOf(account), newest: [newest, ...dates].toSorted().at(-1) ?? '', ...names }
}
