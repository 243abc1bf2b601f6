import { describe, expect, test } from 'vitest'
import { countUids, newestUids, readUids, sequenceSets } from '../../../../../server/sources/imap/commands/uid-sets.ts'
import { LATEST_MESSAGES } from '../../../../../server/sources/lib/mail/latest.ts'
import { turnsDuring } from '../../../../helpers/sources/turns.ts'

const set = (text: string): Buffer => Buffer.from(text)

describe('UIDs are read in ascending order, each once', () => {
  test.each([
    ['an empty list', [[]], []],
    [
      'numbers',
      [[7, 3, 5]],
      [
        [3, 3],
        [5, 5],
        [7, 7],
      ],
    ],
    [
      'neighbours',
      [[1, 2, 3, 5]],
      [
        [1, 3],
        [5, 5],
      ],
    ],
    [
      'several lists',
      [
        [5, 6],
        [1, 2, 7],
      ],
      [
        [1, 2],
        [5, 7],
      ],
    ],
    ['repeated numbers', [[2, 2, 1, 2]], [[1, 2]]],
    [
      'a set',
      [set('2,4:6')],
      [
        [2, 2],
        [4, 6],
      ],
    ],
    [
      'a set with blanks',
      [set('2 4 6')],
      [
        [2, 2],
        [4, 4],
        [6, 6],
      ],
    ],
    [
      'descending sets',
      [set('9,8,5:6'), set('4,1')],
      [
        [1, 1],
        [4, 6],
        [8, 9],
      ],
    ],
    ['a range that begins with its end', [set('6:4')], [[4, 6]]],
    ['ranges that overlap', [set('4:9,1:5,7')], [[1, 9]]],
    [
      'a range in another one',
      [set('1:9,3:4,11')],
      [
        [1, 9],
        [11, 11],
      ],
    ],
    ['the highest UID', [set('4294967295')], [[4_294_967_295, 4_294_967_295]]],
    ['all UIDs', [set('1:4294967295')], [[1, 4_294_967_295]]],
  ])('%s', async (_, lists, ranges) => expect([...((await readUids(lists)) ?? ['none'])]).toEqual(ranges.flat()))
})

test.each([['*'], ['1:*'], ['0'], ['4294967296'], ['9'.repeat(400)], ['1:'], [':1'], ['1:2:3'], ['1.5'], ['-1'], ['1e3'], ['NIL']])(
  '%.20s is no set of UIDs',
  async (text) => expect(await readUids([set(text)])).toBeNull(),
)

test('numbers that are no UIDs are refused', async () => {
  for (const number of [0, -1, 1.5, 2 ** 32, Number.NaN]) expect(await readUids([[1, number]])).toBeNull()
})

test.each([
  ['in order', (n: number) => 2 * n + 1],
  ['in descending order', (n: number) => 199_999 - 2 * n],
  ['out of order', (n: number) => 2 * ((n * 7) % 100_000) + 1],
])('100,000 UIDs %s are read in turns', async (_, uidOf) => {
  const text = Array.from({ length: 100_000 }, (__, n) => uidOf(n)).join(',')
  const reading = readUids([set(text)])
  expect(await turnsDuring(reading)).toBeGreaterThanOrEqual(8)
  const ranges = (await reading) ?? new Float64Array()
  expect(countUids(ranges)).toBe(100_000)
  expect(newestUids(ranges).slice(0, 2)).toEqual([199_999, 199_997])
  expect([...sequenceSets(ranges)].join(',').split(',')).toHaveLength(100_000)
})

test('the newest UIDs of a long range are the highest', () => {
  expect(newestUids(Float64Array.of(1, 3, 10, 4_000_000_000))).toEqual(Array.from({ length: LATEST_MESSAGES }, (_, n) => 4_000_000_000 - n))
  expect(newestUids(Float64Array.of(1, 3, 10, 11))).toEqual([11, 10, 3, 2, 1])
})
