import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createReconnectSchedule, RECONNECT_DELAYS_MS } from '../../../main/system/reconnect-schedule.ts'

function setUp(random = () => 0) {
  let nowMs = 0
  const timers = new Set<{ readonly atMs: number; readonly callback: () => void }>()
  const poked: [number, boolean][] = []
  const pokes = createReconnectSchedule({
    random,
    schedule(callback, ms) {
      const timer = { atMs: nowMs + ms, callback }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    reconnect: (isFirst) => void poked.push([nowMs, isFirst]),
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
  return { pokes, poked, pass, timers }
}

test('after an event all are poked five times, for the network lags behind it, and then no more', () => {
  const { pokes, poked, pass, timers } = setUp()
  pokes.restart()
  pass(3_600_000)
  expect(poked).toEqual(RECONNECT_DELAYS_MS.map((ms, turn) => [ms, turn === 0]))
  expect(timers.size).toBe(0)
})

test('a further event begins the sequence again', () => {
  const { pokes, poked, pass } = setUp()
  pokes.restart()
  pass(3_000)
  pokes.restart()
  pass(60_000)
  expect(poked.slice(2)).toEqual(RECONNECT_DELAYS_MS.map((ms, turn) => [3_000 + ms, turn === 0]))
})

test('a sleep ends it', () => {
  const { pokes, poked, pass } = setUp()
  pokes.restart()
  pass(2_000)
  pokes.stop()
  pass(60_000)
  expect(poked).toHaveLength(2)
})

test('whatever happens, one timer at most, and within 5 s of the last event three pokes', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(40_000), fc.double({ min: 0, max: 0.999, noNaN: true })), { minLength: 1 }), (events) => {
      let chance = 0
      const { pokes, poked, pass, timers } = setUp(() => chance)
      for (const [afterMs, random] of events) {
        pass(afterMs)
        chance = random
        pokes.restart()
        expect(timers.size).toBe(1)
      }
      const before = poked.length
      pass(5_500)
      expect(poked.slice(before).map(([, isFirst]) => isFirst)).toEqual([true, false, false])
    }),
  )
})
