import { describe, expect, it } from 'vitest'
import { countdown, dayOf, messageTime, recentFor, untilMidnight } from '../../../renderer/view/time.ts'

/** Noon by the clock of the machine. */
const NOW = new Date(2026, 0, 10, 12).getTime()
const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const what = (time: ReturnType<typeof messageTime>): unknown => ({ ...time, changesInMs: 0 })

describe('the time of a message', () => {
  it.each([
    [0, { kind: 'now', changesInMs: MINUTE }],
    [59_999, { kind: 'now', changesInMs: 1 }],
    [MINUTE, { kind: 'minutes', minutes: 1, changesInMs: MINUTE }],
    [90 * SECOND, { kind: 'minutes', minutes: 1, changesInMs: 30 * SECOND }],
    [HOUR, { kind: 'time', changesInMs: 12 * HOUR }],
    [12 * HOUR, { kind: 'time', changesInMs: 12 * HOUR }],
    [12 * HOUR + 1, { kind: 'yesterday', changesInMs: 12 * HOUR }],
    [36 * HOUR + 1, { kind: 'date', changesInMs: null }],
    [-30 * SECOND, { kind: 'now', changesInMs: 90 * SECOND }],
    [-DAY, { kind: 'date', changesInMs: null }],
    [Number.NaN, { kind: 'date', changesInMs: null }],
  ])('is described %d ms later, with how long that stays right', (elapsedMs, expected) => {
    expect(messageTime(NOW - elapsedMs, NOW)).toEqual(expected)
  })

  it('changes exactly after `changesInMs`', () => {
    for (const elapsedMs of [5, 61_234, 3_599_999, HOUR, 5 * HOUR + 7, 13 * HOUR]) {
      const shown = messageTime(NOW - elapsedMs, NOW)
      const changesInMs = shown.changesInMs ?? 0
      expect(what(messageTime(NOW - elapsedMs, NOW + changesInMs - 1))).toEqual(what(shown))
      expect(what(messageTime(NOW - elapsedMs, NOW + changesInMs))).not.toEqual(what(shown))
    }
  })
})

describe('the day of a message', () => {
  it.each([
    [new Date(2026, 0, 10, 0), 'today'],
    [new Date(2026, 0, 9, 23, 59, 59), 'yesterday'],
    [new Date(2026, 0, 9), 'yesterday'],
    [new Date(2026, 0, 8, 23, 59, 59), 'older'],
    [new Date(2027, 0, 1), 'today'],
    [new Date(Number.NaN), 'older'],
  ])('%s is %s', (date, day) => {
    expect(dayOf(date.getTime(), NOW)).toBe(day)
  })

  it('is old without a date, and changes at midnight', () => {
    expect(dayOf(null, NOW)).toBe('older')
    expect(dayOf(NOW, NOW + untilMidnight(NOW) - 1)).toBe('today')
    expect(dayOf(NOW, NOW + untilMidnight(NOW))).toBe('yesterday')
  })

  it('may have 23 or 25 hours', () => {
    const zone = process.env['TZ']
    process.env['TZ'] = 'Europe/Berlin'
    try {
      // Summer time begins and ends in the night before these noons.
      for (const [month, date, hours] of [
        [2, 29, 23],
        [9, 25, 25],
      ] as const) {
        expect(untilMidnight(new Date(2026, month, date).getTime())).toBe(hours * HOUR)
        const noon = new Date(2026, month, date, 12).getTime()
        expect(dayOf(new Date(2026, month, date).getTime(), noon)).toBe('today')
        expect(dayOf(new Date(2026, month, date - 1).getTime(), noon)).toBe('yesterday')
        expect(dayOf(new Date(2026, month, date - 1).getTime() - 1, noon)).toBe('older')
      }
    } finally {
      if (zone === undefined) delete process.env['TZ']
      else process.env['TZ'] = zone
    }
  })
})

describe('a check', () => {
  it('is recent for a minute', () => {
    expect(recentFor(null, NOW)).toBeNull()
    expect(recentFor(NOW, NOW + 20 * SECOND)).toBe(40 * SECOND)
    expect(recentFor(NOW, NOW + MINUTE)).toBeNull()
    expect(recentFor(NOW + DAY, NOW)).toBeNull()
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
