import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { schedule } from '../../../../client/clock.ts'
import type { Mute } from '../../../../common/protocol/settings.ts'
import { createMuteEnd } from '../../../../common/model/silence/mute-end.ts'

const DAY_MS = 86_400_000
beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const until = (untilMs: number | null): Mute => ({ scope: null, untilMs })
function follow(...muted: Mute[]) {
  const ended: (readonly Mute[])[] = []
  const muteEnd = createMuteEnd({ now: Date.now, schedule, onEnd: (left) => ended.push(left) })
  muteEnd.follow(muted)
  return { ended, muteEnd }
}

test('a mute is removed when it ends, and no other', () => {
  const { ended } = follow(until(Date.now() + 1_000), until(Date.now() + 9_000), until(null))
  vi.advanceTimersByTime(999)
  expect(ended).toEqual([])
  vi.advanceTimersByTime(1)
  expect(ended).toEqual([[until(Date.now() + 8_000), until(null)]])
})

test('a mute that ended while the machine slept is removed at once', () => {
  const { ended } = follow(until(Date.now() - 1), until(null))
  vi.advanceTimersByTime(0)
  expect(ended).toEqual([[until(null)]])
})

test('a mute of 40 days is removed after 40 days, and no earlier', () => {
  const set = vi.spyOn(globalThis, 'setTimeout')
  const { ended } = follow(until(Date.now() + 40 * DAY_MS))
  vi.advanceTimersByTime(39 * DAY_MS)
  expect(ended).toEqual([])
  expect(set.mock.calls.length).toBeLessThan(4)
  vi.advanceTimersByTime(DAY_MS)
  expect(ended).toHaveLength(1)
})
