import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createReconnectSchedule, RECONNECT_DELAYS_MS } from '../../../main/network/reconnect-schedule.ts'

function setUp(random = () => 0) {
  let nowMs = 0
  const timers = new Set<{ readonly atMs: number; readonly callback: () => void }>()
  const calls: [number, boolean][] = []
  const reconnects = createReconnectSchedule({
    random,
    schedule(callback, ms) {
      const timer = { atMs: nowMs + ms, callback }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    reconnect: (isFirst) => void calls.push([nowMs, isFirst]),
  })
  function pass(ms: number): void {
    const endMs = nowMs + ms
    for (;;) {
      const next = [...timers].filter(({ atMs }) => atMs <= endMs).toSorted((a, b) => a.atMs - b.atMs)[0]
      if (!next) break
      timers.delete(next)
      nowMs = next.atMs
      next.callback()
    }
    nowMs = endMs
  }
  return { reconnects, calls, pass, timers }
}

test('after an event, connections are checked exactly five times, because the network lags behind', () => {
  const { reconnects, calls, pass, timers } = setUp()
  reconnects.restart()
  pass(3_600_000)
  expect(calls).toEqual(RECONNECT_DELAYS_MS.map((ms, turn) => [ms, turn === 0]))
  expect(timers.size).toBe(0)
})

test('another event restarts the sequence', () => {
  const { reconnects, calls, pass } = setUp()
  reconnects.restart()
  pass(3_000)
  reconnects.restart()
  pass(60_000)
  expect(calls.slice(2)).toEqual(RECONNECT_DELAYS_MS.map((ms, turn) => [3_000 + ms, turn === 0]))
})

test('a sleep stops it', () => {
  const { reconnects, calls, pass } = setUp()
  reconnects.restart()
  pass(2_000)
  reconnects.stop()
  pass(60_000)
  expect(calls).toHaveLength(2)
})

test('over any events there is at most one timer, and three checks within 5 s of the last event', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(40_000), fc.double({ min: 0, max: 0.999, noNaN: true })), { minLength: 1 }), (events) => {
      let randomValue = 0
      const { reconnects, calls, pass, timers } = setUp(() => randomValue)
      for (const [afterMs, random] of events) {
        pass(afterMs)
        randomValue = random
        reconnects.restart()
        expect(timers.size).toBe(1)
      }
      const before = calls.length
      pass(5_500)
      expect(calls.slice(before).map(([, isFirst]) => isFirst)).toEqual([true, false, false])
    }),
  )
})
