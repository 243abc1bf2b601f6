import { expect, test } from 'vitest'
import { createTicker } from '../../../renderer/view/ticker.ts'

function setUp() {
  let nowMs = 1_000
  const timers = new Set<{ readonly atMs: number; readonly callback: () => void }>()
  const ticker = createTicker({
    now: () => nowMs,
    schedule(callback, ms) {
      const timer = { atMs: nowMs + ms, callback }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
  })
  const called: string[] = []
  function passTo(ms: number): void {
    nowMs = ms
    const due = [...timers].filter(({ atMs }) => atMs <= nowMs)
    for (const timer of due) {
      timers.delete(timer)
      timer.callback()
    }
  }
  return { ticker, timers, called, passTo, call: (name: string) => () => void called.push(name) }
}

test('one timer runs, for the first change', () => {
  const { ticker, timers, called, passTo, call } = setUp()
  ticker.wait(8_000, call('late'))
  ticker.wait(4_000, call('early'))
  const end = ticker.wait(2_000, call('ended'))
  end()
  expect([...timers].map(({ atMs }) => atMs)).toEqual([5_000])
  passTo(5_000)
  expect(called).toEqual(['early'])
  passTo(9_000)
  expect(called).toEqual(['early', 'late'])
  expect(timers.size).toBe(0)
})

test('no timer runs while hidden, and everything is updated when shown', () => {
  const { ticker, timers, called, call } = setUp()
  ticker.wait(5_000, call('one'))
  ticker.hide()
  ticker.wait(6_000, call('two'))
  expect(timers.size).toBe(0)
  ticker.show()
  expect(called).toEqual(['one', 'two'])
})

test('a distant change uses several timers of the maximum delay', () => {
  const { ticker, timers, called, passTo, call } = setUp()
  ticker.wait(2 ** 32, call('far'))
  passTo(1_000 + 2 ** 31 - 1)
  expect(called).toEqual([])
  expect(timers.size).toBe(1)
  passTo(1_000 + 2 ** 32)
  expect(called).toEqual(['far'])
})
