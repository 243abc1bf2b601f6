import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSimClock } from '../../simulation/clock.ts'
import { createReconnectSchedule, RECONNECT_DELAYS_MS } from '../../../main/network/reconnect-schedule.ts'

function setUp(random = () => 0) {
  const clock = createSimClock(0)
  const calls: [number, boolean][] = []
  const reconnects = createReconnectSchedule({
    random,
    schedule: clock.schedule,
    reconnect: (isFirst) => void calls.push([clock.now(), isFirst]),
  })
  return { reconnects, calls, clock }
}

test('after an event, connections are checked exactly five times, because the network lags behind', async () => {
  const { reconnects, calls, clock } = setUp()
  reconnects.restart()
  await clock.pass(3_600_000)
  expect(calls).toEqual(RECONNECT_DELAYS_MS.map((ms, turn) => [ms, turn === 0]))
  expect(clock.pending).toBe(0)
})

test('another event restarts the sequence', async () => {
  const { reconnects, calls, clock } = setUp()
  reconnects.restart()
  await clock.pass(3_000)
  reconnects.restart()
  await clock.pass(60_000)
  expect(calls.slice(2)).toEqual(RECONNECT_DELAYS_MS.map((ms, turn) => [3_000 + ms, turn === 0]))
})

test('a sleep stops it', async () => {
  const { reconnects, calls, clock } = setUp()
  reconnects.restart()
  await clock.pass(2_000)
  reconnects.stop()
  await clock.pass(60_000)
  expect(calls).toHaveLength(2)
})

test('over any events there is at most one timer, and three checks within 5 s of the last event', () => {
  return fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(40_000), fc.double({ min: 0, max: 0.999, noNaN: true })), { minLength: 1 }),
      async (events) => {
        let randomValue = 0
        const { reconnects, calls, clock } = setUp(() => randomValue)
        for (const [afterMs, random] of events) {
          await clock.pass(afterMs)
          randomValue = random
          reconnects.restart()
          expect(clock.pending).toBe(1)
        }
        const before = calls.length
        await clock.pass(5_500)
        expect(calls.slice(before).map(([, isFirst]) => isFirst)).toEqual([true, false, false])
      },
    ),
  )
})
