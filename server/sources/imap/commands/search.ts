/** SEARCH UNSEEN: the unread messages of the selected folder. */
import type { ESearchResult } from 'imapflow'
import { LATEST_MESSAGES } from '../../mail/latest.ts'
import { isServerBusy } from '../../mail/server-busy.ts'
import { SourceError } from '../../source.ts'
import type { Connection } from '../connection/open.ts'

/**
 * The counts, and UIDs of the newest unread messages, newest first. One SEARCH: the count and UID ranges with ESEARCH
 * (RFC 4731), else all UIDs. Not STATUS, which may be outdated for the selected folder (RFC 9051, section 6.3.11).
 */
export async function searchUnread(connection: Connection) {
  const found = await search(connection)
  const { mailbox } = connection.client
  if (mailbox === false) throw searchError(connection)
  const total = mailbox.exists
  if (Array.isArray(found)) return { unread: found.length, total, newest: found.slice(-LATEST_MESSAGES).toReversed() }
  return { unread: found.count ?? 0, total, newest: newestUids(found.all) }
}

/** Messages and bytes of UIDs for one command: a large folder is changed in pieces. */
const SET_MESSAGES = 500
const SET_BYTES = 2_000

/**
 * The UIDs of all unread messages, as sequence sets for one command each.
 * @param uidNext only messages with a lower UID.
 */
export async function unreadUidSets(connection: Connection, uidNext: number | undefined): Promise<Iterable<string>> {
  if (uidNext !== undefined && uidNext <= 1) return []
  const found = await search(connection, uidNext === undefined ? {} : { uid: `1:${uidNext - 1}` })
  return sequenceSets(Array.isArray(found) ? contiguousRanges(found) : parseRanges(found.all))
}

async function search(connection: Connection, criteria: { readonly uid?: string } = {}): Promise<number[] | ESearchResult> {
  const { client } = connection
  const query = { seen: false, ...criteria }
  let found = await client.search(query, { uid: true, returnOptions: ['COUNT', 'ALL'] })
  // Some servers return a COUNT that contradicts their own list: the list is right.
  if (found && !Array.isArray(found) && (found.count === undefined || countUids(found.all) !== found.count))
    found = await client.search(query, { uid: true })
  if (!found) throw searchError(connection)
  return found
}

const searchError = ({ lastErrorCode }: Connection): SourceError =>
  new SourceError(isServerBusy(lastErrorCode) ? 'rate' : 'protocol', 'The server refused to search for unread messages.')

type Range = readonly [from: number, to: number]

function* contiguousRanges(uids: readonly number[]): Iterable<Range> {
  let from = uids[0] ?? 0
  for (const [at, uid] of uids.entries()) {
    if (uids[at + 1] === uid + 1) continue
    yield [from, uid]
    from = uids[at + 1] ?? 0
  }
}

function* sequenceSets(ranges: Iterable<Range>): Iterable<string> {
  let set = ''
  let messages = 0
  for (const [first, last] of ranges) {
    for (let from = first; from <= last;) {
      const to = Math.min(last, from + SET_MESSAGES - messages - 1)
      set += `${set === '' ? '' : ','}${from === to ? from : `${from}:${to}`}`
      messages += to - from + 1
      from = to + 1
      if (messages < SET_MESSAGES && set.length < SET_BYTES) continue
      yield set
      set = ''
      messages = 0
    }
  }
  if (set !== '') yield set
}

/** One at a time: the server's set may have megabytes. */
function* parseRanges(set = ''): Iterable<Range> {
  for (const [, first, last = first] of set.matchAll(/(\d+)(?::(\d+))?/g)) {
    const [a, b] = [Number(first), Number(last)]
    yield [Math.min(a, b), Math.max(a, b)]
  }
}

function countUids(set: string | undefined): number {
  let count = 0
  for (const [from, to] of parseRanges(set)) count += to - from + 1
  return count
}

function newestUids(set: string | undefined): number[] {
  let newest: number[] = []
  for (const [from, to] of parseRanges(set)) {
    if (newest.length === LATEST_MESSAGES && to < (newest.at(-1) ?? 0)) continue
    for (let uid = to; uid >= from && uid > to - LATEST_MESSAGES; uid -= 1) newest.push(uid)
    newest = newest.toSorted((a, b) => b - a).slice(0, LATEST_MESSAGES)
  }
  return newest
}
