/** The unread mails of the selected folder, as the server counts them: never by looking at each. */
import type { ESearchResult } from 'imapflow'
import { SourceError } from '../../source.ts'
import type { Connection } from '../connection/open.ts'
import { isServerBusy } from '../../mail/server-busy.ts'

export interface Unseen {
  readonly unread: number
  readonly total: number
  /** UIDs of the newest of them, newest first. */
  readonly newest: readonly number[]
}

/**
 * One SEARCH: its number and the UIDs as ranges where the server knows ESEARCH (RFC 4731), else all UIDs. STATUS is not
 * asked, for on the selected folder it may be old (RFC 9051, 6.3.11).
 * @param most UIDs that are given at the most.
 */
export async function countUnseen(connection: Connection, most: number): Promise<Unseen> {
  const found = await searchUnseen(connection)
  const { mailbox } = connection.client
  if (mailbox === false) throw refused(connection)
  const total = mailbox.exists
  if (Array.isArray(found)) return { unread: found.length, total, newest: found.slice(-most).toReversed() }
  return { unread: found.count ?? 0, total, newest: newestOf(found.all, most) }
}

/** Mails that one command is for, and bytes of its UIDs: a large folder is changed in pieces. */
const SET_MAILS = 500
const SET_BYTES = 2_000

/**
 * The UIDs of all of them, as sets that one command can take.
 * @param uidNext only mails with a UID below this.
 */
export async function unseenSets(connection: Connection, uidNext: number | undefined): Promise<Iterable<string>> {
  if (uidNext !== undefined && uidNext <= 1) return []
  const found = await searchUnseen(connection, uidNext === undefined ? {} : { uid: `1:${uidNext - 1}` })
  return setsOf(Array.isArray(found) ? runsOf(found) : rangesOf(found.all))
}

async function searchUnseen(connection: Connection, among: { readonly uid?: string } = {}): Promise<number[] | ESearchResult> {
  const query = { seen: false, ...among }
  let found = await connection.client.search(query, { uid: true, returnOptions: ['COUNT', 'ALL'] })
  // Some servers give a COUNT that their own list contradicts: the list decides.
  if (found && !Array.isArray(found) && (found.count === undefined || sizeOf(found.all) !== found.count))
    found = await connection.client.search(query, { uid: true })
  if (!found) throw refused(connection)
  return found
}

const refused = ({ refusalCode }: Connection): SourceError =>
  new SourceError(isServerBusy(refusalCode) ? 'rate' : 'protocol', 'The server refuses to count the unread mails just now.')

type Range = readonly [from: number, to: number]

/** What stands one after another, as ranges. */
function* runsOf(uids: readonly number[]): Iterable<Range> {
  let from = uids[0] ?? 0
  for (const [at, uid] of uids.entries()) {
    if (uids[at + 1] === uid + 1) continue
    yield [from, uid]
    from = uids[at + 1] ?? 0
  }
}

function* setsOf(ranges: Iterable<Range>): Iterable<string> {
  let set = ''
  let mails = 0
  for (const [first, last] of ranges) {
    for (let from = first; from <= last;) {
      const to = Math.min(last, from + SET_MAILS - mails - 1)
      set += `${set === '' ? '' : ','}${from === to ? from : `${from}:${to}`}`
      mails += to - from + 1
      from = to + 1
      if (mails < SET_MAILS && set.length < SET_BYTES) continue
      yield set
      set = ''
      mails = 0
    }
  }
  if (set !== '') yield set
}

/** A range of UIDs, one at a time: the set comes from the server, and may be megabytes of them. */
function* rangesOf(set: string | undefined): Iterable<Range> {
  for (const [, first, last = first] of (set ?? '').matchAll(/(\d+)(?::(\d+))?/g)) {
    const [a, b] = [Number(first), Number(last)]
    yield [Math.min(a, b), Math.max(a, b)]
  }
}

function sizeOf(set: string | undefined): number {
  let size = 0
  for (const [from, to] of rangesOf(set)) size += to - from + 1
  return size
}

function newestOf(set: string | undefined, most: number): readonly number[] {
  let newest: number[] = []
  for (const [from, to] of rangesOf(set)) {
    if (newest.length === most && to < (newest.at(-1) ?? 0)) continue
    for (let uid = to; uid >= from && uid > to - most; uid -= 1) newest.push(uid)
    newest = newest.toSorted((a, b) => b - a).slice(0, most)
  }
  return newest
}
