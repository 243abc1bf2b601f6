import { expect, test } from 'vitest'
import type { Account } from '../../../common/protocol/wire.ts'
import { arrivedSince } from '../../../renderer/view/arrivals.ts'

/** @param days of January on which its messages came; 0 for one without a date */
const account = (days: readonly number[] | null, unread: number | null = days?.length ?? 0, id = 'kim'): Account => ({
  id,
  unread,
  status: 'ok',
  checkedAt: null,
  ...(days && {
    latest: days.map((day) => ({ id: String(day), from: 'a', subject: 'b', ...(day > 0 && { date: `2026-01-0${day}T09:00:00Z` }) })),
  }),
})
const arrived = (before: Account | null, now: Account): unknown[] =>
  arrivedSince([{ id: 's', accounts: before && [before] }], [{ id: 's', accounts: [now] }]).map((key) => JSON.parse(key)[3])

test.each([
  ['a newer message', account([2, 1]), account([3, 2, 1]), ['3']],
  ['the first message of an empty mailbox', account([]), account([3]), ['3']],
  ['an older message that is unread again, or listed now that others are read', account([3]), account([3, 1]), []],
  ['a message without a date', account([3]), account([3, 0]), []],
  ['the first answer of a server', null, account([3]), []],
  ['the first messages of another account', account([1], 1, 'lee'), account([3]), []],
  ['names that follow the number', account([], 1), account([3]), []],
  ['names of an account that had none', account(null, 1), account([3]), []],
  ['nothing', account([3]), account([3]), []],
])('what arrives with %s', (_what, before, now, expected) => {
  expect(arrived(before, now)).toEqual(expected)
})
