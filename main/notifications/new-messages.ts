/** Pure: what is new in an account, by what was last known of it for sure. */
import type { Account, Message } from '../../common/protocol/wire.ts'
import { isSame, keyOf, type MessageKey, type MessageKeyRef } from './message-keys.ts'

export interface Known {
  readonly unread: number
  /** Unread mails that `latest` did not name; null where the source names none at all. */
  readonly outOfSight: number | null
  /** The newest date seen; '' before any. ISO 8601 in UTC, so that text order is time order. */
  readonly newest: string
  /** Of those out of sight, mails that were just counted as news: their names, which follow until then, are none. */
  readonly unnamed: number
  readonly unnamedUntilMs: number
  /** Of those out of sight, mails that went there without being news: one may have come as another was read. */
  readonly unexplained: number
}

/** Names that have not come by then do not come. */
const NAMES_LATE_MS = 60_000

export interface Arrival {
  readonly count: number
  /** Those that can be named, newest first. */
  readonly mails: readonly Message[]
}

/** Mails that were seen, the most recent last: where each lies, and of what content was seen where. */
export interface Seen {
  has(key: MessageKey): boolean
}

/** What can be said of the account for sure: it has a number. */
export type CountedAccount = Account & { readonly unread: number }

const outOfSightOf = ({ unread, latest }: CountedAccount): number | null => (latest ? Math.max(0, unread - latest.length) : null)

export interface NewMessages {
  readonly news: Arrival | null
  /** Mails that were counted before, and have a name only now. */
  readonly named: readonly Message[]
  readonly known: Known
}

const NONE_UNNAMED = { unnamed: 0, unnamedUntilMs: 0, unexplained: 0 }

/** What is known at the first sight. */
export const firstKnown = (account: CountedAccount): Known => knownOf({ newest: '', outOfSight: null }, account, NONE_UNNAMED)

/**
 * What is new, and what is known from then on.
 *
 * A mail that was read and is unread again lets the number rise, and is no news; but not every source names the mails of
 * all folders, so a rise out of sight is.
 */
export function findNewMessages(before: Known, server: string, account: CountedAccount, seen: Seen, nowMs: number): NewMessages {
  const { unread, latest } = account
  const by = Math.max(0, unread - before.unread)
  const outOfSight = outOfSightOf(account)
  if (!latest || outOfSight === null || before.outOfSight === null) {
    return { news: by > 0 ? { count: by, mails: [] } : null, named: [], known: knownOf(before, account, NONE_UNNAMED) }
  }
  const keyIn = (mail: Message): MessageKey => keyOf(server, account.id, mail)
  const unseen = withoutCopies(
    latest.filter((mail) => !seen.has(keyIn(mail))),
    keyIn,
  )
  const newer = unseen.filter(({ date }) => date !== undefined && date > before.newest)
  // A list that has become longer names more folders than before; one that is full names the newest.
  const isLonger = latest.length > before.unread - before.outOfSight
  const awaited = nowMs < before.unnamedUntilMs ? before.unnamed : 0
  const fewer = Math.max(0, before.outOfSight - outOfSight)
  const revealed = Math.max(awaited, isLonger ? fewer - before.unexplained : 0)
  const farther = Math.max(0, outOfSight - before.outOfSight)
  const count = Math.min(Math.max(by, newer.length - revealed), unseen.length + farther)
  const mails = unseen.slice(0, count)
  const named = newer.filter((mail) => !mails.includes(mail)).slice(0, awaited)
  const more = count - mails.length
  const unnamed = Math.min(outOfSight, awaited - named.length + more)
  const unexplained = Math.min(outOfSight, Math.max(0, before.unexplained - fewer) + Math.max(0, farther - more))
  const unnamedUntilMs = more > 0 ? nowMs + NAMES_LATE_MS : before.unnamedUntilMs
  return { news: count === 0 ? null : { count, mails }, named, known: knownOf(before, account, { unnamed, unnamedUntilMs, unexplained }) }
}

/** The same content in another folder is a copy; in the same one it is another mail. */
function withoutCopies(mails: readonly Message[], keyIn: (mail: Message) => MessageKey): readonly Message[] {
  const places = new Map<string, string>()
  return mails.filter((mail) => {
    const { content, place } = keyIn(mail)
    if (content === null) return true
    if (!places.has(content)) places.set(content, place)
    return places.get(content) === place
  })
}

function knownOf(
  before: Pick<Known, 'newest' | 'outOfSight'>,
  account: CountedAccount,
  names: Pick<Known, 'unnamed' | 'unnamedUntilMs' | 'unexplained'>,
): Known {
  const { unread, latest } = account
  if (!latest) return { unread, outOfSight: before.outOfSight, newest: before.newest, ...names }
  const dates = latest.flatMap(({ date }) => date ?? [])
  return { unread, outOfSight: outOfSightOf(account), newest: [before.newest, ...dates].toSorted().at(-1) ?? '', ...names }
}

/**
 * Whether a mail that was unread is not any more, as far as the list tells: it is not in it, and has not just fallen off
 * its end, nor waits to be named, as one does that is moved.
 * @param before as it was last; undefined where that is not known.
 */
export function isGone(
  mail: MessageKeyRef,
  server: string,
  { id: account, unread, latest }: CountedAccount,
  before: Known | undefined,
): boolean {
  if (unread === 0) return true
  if (!latest || latest.some((each) => isSame(mail, keyOf(server, account, each)))) return false
  if (unread <= latest.length) return true
  if (before !== undefined && before.outOfSight !== null) {
    const isShorter = latest.length < before.unread - before.outOfSight
    const isSameNumber = unread >= before.unread && latest.every(({ date = '' }) => date <= before.newest)
    if (isShorter || isSameNumber) return false
  }
  return mail.date !== '' && latest.some(({ date }) => date !== undefined && date < mail.date)
}
