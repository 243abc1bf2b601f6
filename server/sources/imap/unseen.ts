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

type Range = readonly [from: number, to: number]

function rangesOf(set: string | undefined): readonly Range[] {
  if (!set) return []
  return set.split(',').map((part): Range => {
    const [a = Number.NaN, b = a] = part.split(':').map(Number)
    return [Math.min(a, b), Math.max(a, b)]
  })
}

const sizeOf = (set: string | undefined): number => rangesOf(set).reduce((sum, [from, to]) => sum + to - from + 1, 0)

function newestOf(set: string | undefined, most: number): readonly number[] {
  const uids: number[] = []
  for (const [from, to] of rangesOf(set).toSorted((a, b) => b[1] - a[1])) {
    for (let uid = to; uid >= from && uids.length < most; uid -= 1) uids.push(uid)
  }
  return uids
}
