/**
 * SEARCH UNSEEN: the unread messages of the selected folder, in the first form that the server answers in full. That none
 * is unread is believed only where the server says so, by `COUNT 0` or an empty `* SEARCH`: some servers lose the result.
 */
import { isServerBusy } from '../../lib/mail/server-busy.ts'
import { SourceError } from '../../source.ts'
import { Reconnect } from '../connection/errors.ts'
import type { Connection } from '../connection/open.ts'
import { atom, currentTag, responseStatusOf, sendCommand, sequence, type Token, tokenText } from './send.ts'
import { contiguousRanges, countUids, isUid, newestUids, parseRanges, sequenceSets } from './uid-sets.ts'

/** The compact form of RFC 4731, then plain ones: servers refuse RETURN, or UNSEEN, or answer them wrongly. */
const FORMS = [
  { isExtended: true, key: ['UNSEEN'] },
  { isExtended: false, key: ['UNSEEN'] },
  { isExtended: false, key: ['NOT', 'SEEN'] },
] as const

/** An endless answer must not fill the memory. */
const MAX_LISTED = 5_000_000

interface Found {
  readonly count: number
  readonly ranges: () => Iterable<readonly [from: number, to: number]>
}

/**
 * How many messages are unread, and the UIDs of the newest, newest first. Not by STATUS, which may be outdated for the
 * selected folder (RFC 9051, section 6.3.11). Null where the server refuses to search, or its answers cannot be right.
 */
export async function searchUnread(connection: Connection) {
  const found = await search(connection)
  return found && { unread: found.count, newest: newestUids(found.ranges()) }
}

/**
 * The UIDs of all unread messages, as sequence sets for one command each.
 * @param uidNext only messages with a lower UID.
 */
export async function unreadUidSets(connection: Connection, uidNext: number | undefined): Promise<Iterable<string>> {
  if (uidNext !== undefined && uidNext <= 1) return []
  const found = await search(connection, uidNext === undefined ? [] : [atom('UID'), sequence(`1:${uidNext - 1}`)])
  if (found) return sequenceSets(found.ranges())
  const code = isServerBusy(connection.lastErrorCode) ? 'rate' : 'protocol'
  throw new SourceError(code, 'The server refused to search for unread messages.')
}

async function search(connection: Connection, criteria: readonly Token[] = []): Promise<Found | null> {
  const { client, learned } = connection
  for (const [at, form] of FORMS.entries()) {
    if (at < learned.searchForm || (form.isExtended && !supportsExtended(connection))) continue
    const found = await searchBy(form, connection, criteria)
    if (found) {
      learned.searchForm = at
      return found
    }
    if (client.enabled.has('IMAP4REV2') && !learned.avoidsRev2) {
      learned.avoidsRev2 = true
      const error = new Reconnect('The server does not search in IMAP4rev2 mode; reconnecting without it.')
      connection.close(error)
      throw error
    }
  }
  return null
}

const supportsExtended = ({ client: { capabilities, enabled } }: Connection): boolean =>
  capabilities.has('ESEARCH') || capabilities.has('IMAP4rev2') || enabled.has('IMAP4REV2')

/** Null for a refusal, and for an answer that is incomplete or contradicts itself. */
async function searchBy({ isExtended, key }: (typeof FORMS)[number], { client }: Connection, criteria: readonly Token[]) {
  if (client.mailbox === false) return null
  const lists: (readonly number[])[] = []
  const sets: (Found | null)[] = []
  let listed = 0
  const options = isExtended ? [atom('RETURN'), [atom('COUNT'), atom('ALL')]] : []
  try {
    await sendCommand(client, 'UID SEARCH', [...options, ...key.map(atom), ...criteria], {
      SEARCH(parts, numbers = parts.filter((part) => !Array.isArray(part)).map(numberOf)) {
        listed += numbers.length
        if (listed <= MAX_LISTED) lists.push(numbers)
      },
      ESEARCH(parts) {
        if (sets.length < 2 && tagOf(parts) === currentTag(client)) sets.push(parseSet(parts, isExtended))
      },
    })
  } catch (error) {
    if (responseStatusOf(error) === undefined) throw error
    return null
  }
  if (listed > MAX_LISTED) return null
  const found = lists.length > 0 ? foundInLists(lists) : sets.length === 1 ? sets[0] : null
  // As EXISTS says; a server may omit it.
  const exists: number | undefined = client.mailbox.exists
  return found && found.count <= (exists ?? Number.POSITIVE_INFINITY) ? found : null
}

const numberOf = (part: Token): number => Number(tokenText(part) ?? Number.NaN)

/** A server may spread the list over several lines, and repeat messages. */
function foundInLists(lists: readonly (readonly number[])[]): Found | null {
  const uids = Float64Array.from(new Set(lists.flat())).toSorted()
  if (!uids.every(isUid)) return null
  return { count: uids.length, ranges: () => contiguousRanges(Array.from(uids)) }
}

/** `(TAG "A1") UID COUNT 2 ALL 2,4` */
function parseSet(parts: readonly Token[], mustHaveCount: boolean): Found | null {
  const [isUids, ...rest] = parts.slice(1)
  if (tokenText(isUids)?.toUpperCase() !== 'UID') return null
  const items = new Map<string, string>()
  for (let at = 0; at + 1 < rest.length; at += 2) items.set(tokenText(rest[at])?.toUpperCase() ?? '', tokenText(rest[at + 1]) ?? '')
  const [said, all] = [items.get('COUNT'), items.get('ALL')]
  if (said === undefined && (mustHaveCount || all === undefined)) return null
  const count = countUids(all ?? '')
  if (count === null || (said !== undefined && said !== String(count))) return null
  return { count, ranges: () => parseRanges(all ?? '') }
}

/** Of the command that an ESEARCH response belongs to. */
function tagOf([correlator]: readonly Token[]): string | null {
  const isTag = Array.isArray(correlator) && tokenText(correlator[0])?.toUpperCase() === 'TAG'
  return isTag ? tokenText(correlator[1]) : null
}
