import { expect, test } from 'vitest'
import { countOf } from '../../../../server/sources/count-dir/count.ts'

test.each([
  [['5'], 5],
  [['0'], 0],
  [['007'], 7],
  [['0'.repeat(60)], 0],
  [['00009007199254740991'], Number.MAX_SAFE_INTEGER],
  [['.nfs000012', '12', '.DS_Store'], 12],
  [['9007199254740991'], Number.MAX_SAFE_INTEGER],
])('%j gives %d', (names, unread) => {
  expect(countOf(names)).toEqual({ unread })
})

test.each([
  [[], 'its directory contains no file'],
  [['.hidden'], 'its directory contains no file'],
  [['5', '6'], 'its directory contains 2 files, not one'],
  [['-1'], 'the file in its directory is not named by a whole number from 0'],
  [['1.5'], 'the file in its directory is not named by a whole number from 0'],
  [['five'], 'the file in its directory is not named by a whole number from 0'],
  [['٥'], 'the file in its directory is not named by a whole number from 0'],
  [['9007199254740992'], 'the file in its directory is not named by a whole number from 0'],
  [['\uff15'], 'the file in its directory is not named by a whole number from 0'],
  [['1'.repeat(200)], 'the file in its directory is not named by a whole number from 0'],
  [[' 5'], 'the file in its directory is not named by a whole number from 0'],
  [['5 '], 'the file in its directory is not named by a whole number from 0'],
])('%j gives no count', (names, reason) => {
  expect(countOf(names)).toEqual({ reason })
})
