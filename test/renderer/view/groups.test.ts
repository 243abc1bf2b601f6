import { expect, test } from 'vitest'
import { byAccount, byDay } from '../../../renderer/view/groups.ts'
import { namesOf } from '../../../common/model/account-names.ts'
import { messageLines } from '../../../renderer/view/messages.ts'

/** Local times, so that the calendar is that of the machine. */
const at = (day: number, hour: number): string => new Date(2026, 2, day, hour).toISOString()
const NOW = new Date(2026, 2, 10, 0, 5).getTime()

const account = (id: string, ...dates: readonly (string | null)[]) => ({
  id,
  unread: dates.length,
  status: 'ok' as const,
  checkedAt: null,
  latest: dates.map((date, index) => ({ id: String(index), from: 'a', subject: `${id} ${index}`, ...(date !== null && { date }) })),
})
const SERVERS = [
  { id: 's', accounts: [account('kim', at(10, 0), at(9, 23), at(8, 23), null), account('lee', at(11, 1), at(9, 0))] },
  { id: 't', accounts: [account('kim', at(9, 12))] },
]
const lines = messageLines(SERVERS, namesOf(SERVERS))

test('messages are grouped by the days of the calendar, without empty groups', () => {
  expect(byDay(lines, NOW).map(({ key, messages }) => [key, messages.map(({ subject }) => subject)])).toEqual([
    ['today', ['lee 0', 'kim 0']],
    ['yesterday', ['kim 1', 'kim 0', 'lee 1']],
    ['older', ['kim 2', 'kim 3']],
  ])
  expect(byDay([], NOW)).toEqual([])
})

test('messages are grouped by account, also where two servers have one of the same name', () => {
  const groups = byAccount(lines)
  expect(groups.map((group) => [group.by === 'account' && group.account, group.messages.length])).toEqual([
    ['lee', 2],
    ['kim', 4],
    ['kim', 1],
  ])
  expect(new Set(groups.map(({ key }) => key)).size).toBe(3)
})
