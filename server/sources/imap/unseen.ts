/** The unread mails of the selected folder, as the server counts them: never by looking at each. */
import { SourceError } from '../source.ts'
import type { Connection } from './connection.ts'
import { isNotNow } from '../faults.ts'

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
  const { client } = connection
  let found = await client.search({ seen: false }, { uid: true, returnOptions: ['COUNT', 'ALL'] })
  // Some servers give a COUNT that their own list contradicts: the list decides.
  if (found && !Array.isArray(found) && (found.count === undefined || sizeOf(found.all) !== found.count))
    found = await client.search({ seen: false }, { uid: true })
  if (!found || client.mailbox === false)
    throw new SourceError(isNotNow(connection.refusalCode) ? 'rate' : 'protocol', 'The server refuses to count the unread mails just now.')
  const total = client.mailbox.exists
  if (Array.isArray(found)) return { unread: found.length, total, newest: found.slice(-most).toReversed() }
  return { unread: found.count ?? 0, total, newest: newestOf(found.all, most) }
}

/** A range of UIDs, one at a time: the set comes from the server, and may be megabytes of them. */
function* rangesOf(set: string | undefined): Iterable<readonly [from: number, to: number]> {
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
