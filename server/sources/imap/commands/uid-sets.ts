/** Sequence sets of UIDs (RFC 9051, section 9): read from SEARCH, and cut into commands. */
import { createTurnLimit } from '../../../platform/turns.ts'
import { LATEST_MESSAGES } from '../../lib/mail/latest.ts'

type Range = readonly [from: number, to: number]

/** The first and the last UID of each range, one after the other: objects for millions of ranges would hold up the event loop. */
export type Ranges = Float64Array

const MAX_UID = 2 ** 32 - 1

/** Messages and bytes of UIDs for one command: a large folder is changed in pieces. */
const SET_MESSAGES = 500
const SET_BYTES = 2_000

const isUid = (value: number): boolean => Number.isInteger(value) && value > 0 && value <= MAX_UID

export function* sequenceSets(ranges: Ranges): Iterable<string> {
  let set = ''
  let messages = 0
  for (const [first, last] of pairsOf(ranges)) {
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

/** One or two milliseconds. */
const RANGES_PER_TURN = 10_000

/** In ascending order, each UID once. Null for a list that contains anything but UIDs, such as `*`. */
export async function readUids(lists: Iterable<UidList>): Promise<Ranges | null> {
  const turnLimit = createTurnLimit(RANGES_PER_TURN)
  const listed = await joined(rangesOf(lists), turnLimit)
  if (listed === null || listed.isAscending) return listed && listed.ranges
  return (await joined(pairsOf(await sorted(listed.ranges, turnLimit)), turnLimit))?.ranges ?? null
}

export function countUids(ranges: Ranges): number {
  let count = 0
  for (let at = 0; at < ranges.length; at += 2) count += (ranges[at + 1] ?? 0) - (ranges[at] ?? 0) + 1
  return count
}

/** The highest, in descending order. */
export function newestUids(ranges: Ranges): readonly number[] {
  const newest: number[] = []
  for (let at = ranges.length - 2; at >= 0 && newest.length < LATEST_MESSAGES; at -= 2) {
    const [from = 1, to = 0] = ranges.subarray(at, at + 2)
    for (let uid = to; uid >= from && newest.length < LATEST_MESSAGES; uid -= 1) newest.push(uid)
  }
  return newest
}

type TurnLimit = ReturnType<typeof createTurnLimit>

/** Each range joined with the one before it where no UID lies between them. Null where one is none of UIDs. */
async function joined(ranges: Iterable<Range>, turnLimit: TurnLimit) {
  let result = new Float64Array(64)
  let length = 0
  let isAscending = true
  let [first, last] = [Infinity, -Infinity]
  for (const [from, to] of ranges) {
    const pause = turnLimit()
    if (pause) await pause
    if (!isUid(from) || !isUid(to)) return null
    if (length > 0 && from < first) isAscending = false
    if (from <= last + 1 && to >= first - 1) {
      first = Math.min(first, from)
      last = Math.max(last, to)
    } else {
      if (length === result.length) {
        const larger = new Float64Array(2 * length)
        larger.set(result)
        result = larger
      }
      first = from
      last = to
      length += 2
    }
    result[length - 2] = first
    result[length - 1] = last
  }
  return { ranges: result.subarray(0, length), isAscending }
}

/** By the first UID of each range: merges ever longer runs. */
async function sorted(ranges: Ranges, turnLimit: TurnLimit): Promise<Ranges> {
  const { length } = ranges
  let [source, target]: [Ranges, Ranges] = [ranges, new Float64Array(length)]
  for (let run = 2; run < length; run *= 2) {
    for (let start = 0; start < length; start += 2 * run) {
      const middle = Math.min(start + run, length)
      const end = Math.min(middle + run, length)
      let [left, right] = [start, middle]
      for (let at = start; at < end; at += 2) {
        const pause = turnLimit()
        if (pause) await pause
        const isLeft = right >= end || (left < middle && (source[left] ?? 0) <= (source[right] ?? 0))
        const from = isLeft ? left : right
        target[at] = source[from] ?? 0
        target[at + 1] = source[from + 1] ?? 0
        if (isLeft) left += 2
        else right += 2
      }
    }
    ;[source, target] = [target, source]
  }
  return source
}

function* pairsOf(ranges: Ranges): Iterable<Range> {
  for (let at = 0; at < ranges.length; at += 2) yield [ranges[at] ?? 0, ranges[at + 1] ?? 0]
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
