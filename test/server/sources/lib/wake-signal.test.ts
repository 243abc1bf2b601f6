import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createWakeSignal } from '../../../../server/sources/lib/wake-signal.ts'

function sleeper(leastMs = 0) {
  const abort = new AbortController()
  const bell = createWakeSignal(abort.signal)
  const sleep = () => {
    const state = { awake: false, reason: null as unknown }
    bell.sleep(leastMs, 1_000).then(
      () => (state.awake = true),
      (reason: unknown) => (state.reason = reason),
    )
    return state
  }
  return { abort, bell, sleep }
}

describe('a wake signal', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('sleeps for the interval when nothing wakes it', async () => {
    const { sleep } = sleeper()
    const state = sleep()
    await vi.advanceTimersByTimeAsync(999)
    expect(state.awake).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(state.awake).toBe(true)
  })

  test('wakes at once', async () => {
    const { bell, sleep } = sleeper()
    const state = sleep()
    bell.wake()
    await vi.advanceTimersByTimeAsync(0)
    expect(state.awake).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('makes one early wake-up of any number of wakes while nothing slept', async () => {
    const { bell, sleep } = sleeper()
    for (let i = 0; i < 5; i++) bell.wake()
    const first = sleep()
    await vi.advanceTimersByTimeAsync(0)
    expect(first.awake).toBe(true)
    const second = sleep()
    await vi.advanceTimersByTimeAsync(999)
    expect(second.awake).toBe(false)
  })

  test('keeps the minimum pause between two polls, however often it is woken', async () => {
    const { bell, sleep } = sleeper(100)
    bell.wake()
    const state = sleep()
    await vi.advanceTimersByTimeAsync(60)
    bell.wake()
    await vi.advanceTimersByTimeAsync(39)
    expect(state.awake).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(state.awake).toBe(true)
  })

  test('rejects with the reason of the abort, and leaves no timer', async () => {
    const { abort, sleep } = sleeper()
    const state = sleep()
    abort.abort('closed')
    await vi.advanceTimersByTimeAsync(0)
    expect(state.reason).toBe('closed')
    expect(vi.getTimerCount()).toBe(0)
  })
})
