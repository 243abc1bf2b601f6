/** Sequence sets of UIDs (RFC 9051, section 9): read from SEARCH, and cut into commands. */
import { LATEST_MESSAGES } from '../../lib/mail/latest.ts'

type Range = readonly [from: number, to: number]

const MAX_UID = 2 ** 32 - 1

/** Messages and bytes of UIDs for one command: a large folder is changed in pieces. */
const SET_MESSAGES = 500
const SET_BYTES = 2_000

export const isUid = (value: number): boolean => Number.isInteger(value) && value > 0 && value <= MAX_UID

export function* contiguousRanges(uids: readonly number[]): Iterable<Range> {
  let from = uids[0] ?? 0
  for (const [at, uid] of uids.entries()) {
    if (uids[at + 1] === uid + 1) continue
    yield [from, uid]
    from = uids[at + 1] ?? 0
  }
}

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

/** One at a time: the server's set may have megabytes. */
export function* parseRanges(set: string): Iterable<Range> {
  for (const [, first, last = first] of set.matchAll(/(\d+)(?::(\d+))?/g)) {
    const [a, b] = [Number(first), Number(last)]
    yield [Math.min(a, b), Math.max(a, b)]
  }
}

/** Null for a set that contains anything but UIDs, such as `*`. */
export function countUids(set: string): number | null {
  if (/[^\d:,]/.test(set)) return null
  let count = 0
  for (const [from, to] of parseRanges(set)) {
    if (!isUid(from) || !isUid(to)) return null
    count += to - from + 1
  }
  return count
}

/** The highest, in descending order. */
export function newestUids(ranges: Iterable<Range>): readonly number[] {
  let newest: number[] = []
  for (const [from, to] of ranges) {
    if (newest.length === LATEST_MESSAGES && to < (newest.at(-1) ?? 0)) continue
    for (let uid = to; uid >= from && uid > to - LATEST_MESSAGES; uid -= 1) newest.push(uid)
    newest = newest.toSorted((a, b) => b - a).slice(0, LATEST_MESSAGES)
  }
  return newest
}
