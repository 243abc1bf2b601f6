import { beforeEach, expect, test } from 'vitest'
import { createArrivals } from '../../../server/collector/arrivals.ts'

const NOW = Date.parse('2026-01-01T09:00:00.000Z')
let nowMs: number
let arrivals: ReturnType<typeof createArrivals>
beforeEach(() => {
  nowMs = NOW
  arrivals = createArrivals(() => nowMs)
})

const message = (id: string, secondsAgo: number | null) => ({
  id,
  from: '',
  subject: '',
  ...(secondsAgo !== null && { date: new Date(NOW - secondsAgo * 1_000).toISOString() }),
})
const before = (checkedSecondsAgo: number, ...latest: ReturnType<typeof message>[]) => ({
  status: 'ok' as const,
  counts: { unread: latest.length, latest },
  checkedAtMs: NOW - checkedSecondsAgo * 1_000,
})
const note = (known: Parameters<typeof arrivals.note>[1], ...latest: ReturnType<typeof message>[]) =>
  arrivals.note('kim', known, { unread: latest.length, latest })

test('a new message took from its date to now', () => {
  note(before(600, message('old', 900)), message('b', 12), message('a', 14), message('old', 900))
  expect(arrivals.of(['kim'])).toEqual({ medianSeconds: 12, messages: 2 })
  expect([arrivals.of(['lee']), arrivals.of('*')]).toEqual([null, { medianSeconds: 12, messages: 2 }])
})

test.each([
  ['the first report after the start', undefined, message('a', 12)],
  ['an account that was not fresh', { ...before(600), status: 'stale' as const }, message('a', 12)],
  ['a source without messages', { ...before(600), counts: { unread: 1 } }, message('a', 12)],
  ['a message that was marked unread again', before(600), message('a', 900)],
  ['a message without a date', before(600), message('a', null)],
  ['a date in the future', before(600), message('a', -5)],
  ['a date of days ago', before(10 * 86_400), message('a', 2 * 86_400)],
  ['the messages of before', before(600, message('a', 12)), message('a', 12)],
])('says nothing of %s', (_name, known, next) => {
  note(known, next)
  expect(arrivals.of('*')).toBeNull()
})

test('keeps the newest delays of an account, and the accounts that had a message last', () => {
  for (let i = 0; i < 30; i++) note(before(100), message(String(i), i < 15 ? 90 : 3))
  expect(arrivals.of(['kim'])).toEqual({ medianSeconds: 3, messages: 20 })
  for (let i = 0; i < 10_000; i++) arrivals.note(`user${i}`, before(100), { unread: 1, latest: [message('x', 1)] })
  expect([arrivals.of(['kim']), arrivals.of(['user0'])]).toEqual([null, { medianSeconds: 1, messages: 1 }])
})
