import { describe, expect, it } from 'vitest'
import { countdown, relativeTime } from '../../../renderer/view/time.ts'

const NOW = Date.UTC(2026, 0, 10, 12)
const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const what = (time: ReturnType<typeof relativeTime>): unknown => ({ ...time, changesInMs: 0 })

describe('relativeTime', () => {
  it.each([
    [0, { kind: 'now', changesInMs: MINUTE }],
    [59_999, { kind: 'now', changesInMs: 1 }],
    [MINUTE, { kind: 'ago', value: -1, unit: 'minute', changesInMs: MINUTE }],
    [90 * SECOND, { kind: 'ago', value: -1, unit: 'minute', changesInMs: 30 * SECOND }],
    [HOUR, { kind: 'ago', value: -1, unit: 'hour', changesInMs: HOUR }],
    [DAY + HOUR, { kind: 'ago', value: -1, unit: 'day', changesInMs: 23 * HOUR }],
    [7 * DAY, { kind: 'date', changesInMs: null }],
    [-30 * SECOND, { kind: 'now', changesInMs: 90 * SECOND }],
    [-DAY, { kind: 'date', changesInMs: null }],
    [Number.NaN, { kind: 'date', changesInMs: null }],
  ])('describes %d ms ago, and how long that stays right', (elapsedMs, expected) => {
    expect(relativeTime(NOW - elapsedMs, NOW)).toEqual(expected)
  })

  it('changes exactly after `changesInMs`', () => {
    for (const elapsedMs of [5, 61_234, 3_599_999, HOUR, 5 * HOUR + 7, 3 * DAY + 1]) {
      const shown = relativeTime(NOW - elapsedMs, NOW)
      const changesInMs = shown.changesInMs ?? 0
      expect(what(relativeTime(NOW - elapsedMs, NOW + changesInMs - 1))).toEqual(what(shown))
      expect(what(relativeTime(NOW - elapsedMs, NOW + changesInMs))).not.toEqual(what(shown))
    }
  })
})

describe('countdown', () => {
  it('counts whole seconds down, and shows the time if it is far off', () => {
    expect(countdown(NOW + 12_000, NOW)).toEqual({ kind: 'in', seconds: 12, changesInMs: 1_000 })
    expect(countdown(NOW + 11_001, NOW)).toEqual({ kind: 'in', seconds: 12, changesInMs: 1 })
    expect(countdown(NOW + 120_000, NOW)).toEqual({ kind: 'at', changesInMs: 30_000 })
    expect(countdown(NOW - 1, NOW)).toEqual({ kind: 'now', changesInMs: null })
  })
})
