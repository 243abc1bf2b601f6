import { expect, test } from 'vitest'
import { createPause } from '../../../server/platform/pause.ts'

/** Timers that the test fires. */
function timersOf() {
  const timers = new Set<() => void>()
  const pause = createPause((callback) => {
    timers.add(callback)
    return () => void timers.delete(callback)
  })
  return { timers, pause }
}

test('a pause ends when its time has passed', async () => {
  const { timers, pause } = timersOf()
  const waited = pause.wait(1_000)
  for (const fire of timers) fire()
  await waited
})

test('a pause ends early, and leaves no timer', async () => {
  const { timers, pause } = timersOf()
  const waited = pause.wait(1_000)
  pause.end()
  await waited
  expect(timers.size).toBe(0)
})

test('a pause without a time ends only when it is ended', async () => {
  const { timers, pause } = timersOf()
  const waited = pause.wait(null)
  expect(timers.size).toBe(0)
  pause.end()
  await waited
  // Harmless where nothing waits.
  pause.end()
})
