import { expect, test } from 'vitest'
import { historyOf } from '../../../common/model/history.ts'
import type { Arrival, History } from '../../../common/protocol/wire.ts'

const history = (startsAt: string, unread: (number | null)[], arrival?: Arrival): History => {
  const series = { startsAt, stepSeconds: 60, unread }
  return { day: series, month: { ...series, stepSeconds: 3_600 }, ...(arrival && { arrival }) }
}

test('adds what is known of each server, with the present at the end', () => {
  const long = history('2026-01-01T09:00:00.000Z', [1, 2, null, null])
  const short = history('2026-01-01T09:05:00.000Z', [10, null, 30])
  for (const all of [
    [long, short],
    [short, long],
  ])
    expect(historyOf(all)?.day).toEqual({ startsAt: '2026-01-01T09:00:00.000Z', stepSeconds: 60, unread: [1, 12, null, 30] })
  expect(historyOf([long])).toEqual(long)
  expect(historyOf([])).toBeNull()
})

test('has the delay of the server with most new messages', () => {
  const [few, many] = [
    { medianSeconds: 9, messages: 2 },
    { medianSeconds: 1, messages: 20 },
  ]
  const of = (...arrivals: (Arrival | undefined)[]) => historyOf(arrivals.map((arrival) => history('', [1], arrival)))?.arrival
  expect([of(few, many), of(many, few), of(undefined, few), of(undefined, undefined)]).toEqual([many, many, few, undefined])
})
