/** Sequence sets of UIDs (RFC 9051, section 9): read from SEARCH, and cut into commands. */
import { createTurnLimit, sortInTurns } from '../../../platform/turns.ts'
import { LATEST_MESSAGES } from '../../lib/mail/latest.ts'

export type Range = readonly [from: number, to: number]

const MAX_UID = 2 ** 32 - 1

/** Messages and bytes of UIDs for one command: a large folder is changed in pieces. */
const SET_MESSAGES = 500
const SET_BYTES = 2_000

const isUid = (value: number): boolean => Number.isInteger(value) && value > 0 && value <= MAX_UID

export function* sequenceSets(ranges: Iterable<Range>): Iterable<string> {
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

/** UIDs as a server lists them: numbers, or the text of a set. */
export type UidList = Buffer | readonly number[]

/** Some milliseconds. */
const RANGES_PER_TURN = 10_000

/** In ascending order, each UID once. Null for a list that contains anything but UIDs, such as `*`. */
export async function readUids(lists: Iterable<UidList>): Promise<readonly Range[] | null> {
  const listed = await joined(rangesOf(lists))
  if (listed === null || listed.isAscending) return listed && listed.ranges
  if (listed.isDescending) return listed.ranges.toReversed()
  const sorted = await sortInTurns(listed.ranges, ([a], [b]) => a - b)
  return (await joined(sorted))?.ranges ?? null
}

export const countUids = (ranges: readonly Range[]): number => ranges.reduce((count, [from, to]) => count + to - from + 1, 0)

/** The highest, in descending order. */
export function newestUids(ranges: readonly Range[]): readonly number[] {
  const newest: number[] = []
  for (let at = ranges.length - 1; at >= 0 && newest.length < LATEST_MESSAGES; at -= 1) {
    const [from, to] = ranges[at] ?? [1, 0]
    for (let uid = to; uid >= from && newest.length < LATEST_MESSAGES; uid -= 1) newest.push(uid)
  }
  return newest
}

/** Each range joined with the one before it where no UID lies between them. Null where one is none of UIDs. */
async function joined(ranges: Iterable<Range>) {
  const turnLimit = createTurnLimit(RANGES_PER_TURN)
  const result: [from: number, to: number][] = []
  let isAscending = true
  let isDescending = true
  for (const [from, to] of ranges) {
    const pause = turnLimit()
    if (pause) await pause
    if (!isUid(from) || !isUid(to)) return null
    const last = result.at(-1)
    isAscending &&= last === undefined || from >= last[0]
    isDescending &&= last === undefined || to <= last[1]
    if (last && from <= last[1] + 1 && to >= last[0] - 1) {
      last[0] = Math.min(last[0], from)
      last[1] = Math.max(last[1], to)
    } else result.push([from, to])
  }
  return { ranges: result, isAscending, isDescending }
}

function* rangesOf(lists: Iterable<UidList>): Iterable<Range> {
  for (const list of lists) {
    if (Buffer.isBuffer(list)) yield* rangesIn(list)
    else for (const uid of list) yield [uid, uid]
  }
}

const NOT_UIDS: Range = [Number.NaN, Number.NaN]
const BLANK = 0x20
const COMMA = 0x2c
const ZERO = 0x30
const NINE = 0x39
const COLON = 0x3a

function* rangesIn(set: Buffer): Iterable<Range> {
  let first: number | null = null
  let uid: number | null = null
  for (let at = 0; at <= set.length; at += 1) {
    const byte = set[at] ?? COMMA
    if (byte >= ZERO && byte <= NINE) {
      uid = (uid ?? 0) * 10 + byte - ZERO
      if (uid > MAX_UID) yield NOT_UIDS
    } else if (byte === COLON && first === null && uid !== null) {
      first = uid
      uid = null
    } else if (byte !== COMMA && byte !== BLANK) yield NOT_UIDS
    else if (uid !== null) {
      yield first === null || first <= uid ? [first ?? uid, uid] : [uid, first]
      first = null
      uid = null
    } else if (first !== null) yield NOT_UIDS
  }
}
