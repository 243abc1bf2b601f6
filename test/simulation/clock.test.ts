import { expect, test } from 'vitest'
import { createRandom } from '../truth/random.ts'
import { createSimClock } from './clock.ts'

test('runs events by their time, those of one time as they were scheduled, and none that was cancelled', async () => {
  const clock = createSimClock(500)
  const draw = createRandom(1)
  const events = Array.from({ length: 3_000 }, (_, order) => ({ atMs: 500 + draw(20_000), order }))
  const ran: (typeof events)[number][] = []
  const cancels = events.map((event) => clock.at(event.atMs, () => void ran.push(event)))
  const isCancelled = ({ order }: (typeof events)[number]): boolean => order % 5 === 0
  for (const event of events) if (isCancelled(event)) cancels[event.order]?.()
  const due = events.filter((event) => !isCancelled(event)).toSorted((a, b) => a.atMs - b.atMs || a.order - b.order)
  await clock.runUntil(9_000)
  expect([clock.now(), ran]).toEqual([9_000, due.filter(({ atMs }) => atMs <= 9_000)])
  await clock.runUntil(60_000)
  expect(ran).toEqual(due)
})

test('runs an event that another one schedules for a time that is near', async () => {
  const clock = createSimClock(0)
  const times: number[] = []
  const next = (): void => {
    times.push(clock.now())
    clock.schedule(next, 700)
  }
  clock.schedule(next, 5_000)
  await clock.runUntil(6_999)
  expect(times).toEqual([5_000, 5_700, 6_400])
})
