import { afterEach, describe, expect, test } from 'vitest'
import { quietUntilMs } from '../../../../common/model/silence/quiet-hours.ts'

const place = process.env['TZ']
afterEach(() => {
  if (place === undefined) delete process.env['TZ']
  else process.env['TZ'] = place
})

const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6]
const NIGHT = { days: EVERY_DAY, from: '22:00', to: '07:00' }
const local = (...at: [year: number, month: number, day: number, hour: number, minute?: number]): number => {
  const [year, month, day, hour, minute = 0] = at
  return new Date(year, month - 1, day, hour, minute).getTime()
}

test('a night begins in the evening and ends in the morning, of the day on which it began', () => {
  const friday = [{ ...NIGHT, days: [5] }]
  expect(quietUntilMs(friday, local(2026, 6, 5, 21, 59))).toBeNull()
  expect(quietUntilMs(friday, local(2026, 6, 5, 22))).toBe(local(2026, 6, 6, 7))
  expect(quietUntilMs(friday, local(2026, 6, 6, 6, 59))).toBe(local(2026, 6, 6, 7))
  expect(quietUntilMs(friday, local(2026, 6, 6, 7))).toBeNull()
  expect(quietUntilMs(friday, local(2026, 6, 6, 23))).toBeNull()
})

test('quiet hours without a gap between them are one', () => {
  const both = [NIGHT, { days: EVERY_DAY, from: '06:00', to: '09:30' }]
  expect(quietUntilMs(both, local(2026, 6, 5, 23))).toBe(local(2026, 6, 6, 9, 30))
})

test('equal times are a whole day; the search ends although all days are quiet', () => {
  const days = [{ days: EVERY_DAY, from: '08:00', to: '08:00' }]
  const untilMs = quietUntilMs(days, local(2026, 6, 5, 12))
  expect(untilMs).toBeGreaterThan(local(2026, 6, 6, 7, 59))
  expect(quietUntilMs([{ ...days[0], days: [5] } as (typeof days)[0]], local(2026, 6, 5, 12))).toBe(local(2026, 6, 6, 8))
})

test('without quiet hours, the result is null', () => {
  expect(quietUntilMs([], local(2026, 6, 5, 23))).toBeNull()
})

describe('when the clocks change', () => {
  test.each([
    ['forward', 3, 28, 8],
    ['back', 10, 24, 10],
  ] as const)('%s, a night keeps its hours on the wall', (_way, month, day, hours) => {
    process.env['TZ'] = 'Europe/Berlin'
    const fromMs = local(2026, month, day, 22)
    const toMs = local(2026, month, day + 1, 7)
    expect(quietUntilMs([NIGHT], fromMs)).toBe(toMs)
    expect(toMs - fromMs).toBe(hours * 3_600_000)
  })

  test('a time that the change skips is shifted forward', () => {
    process.env['TZ'] = 'Europe/Berlin'
    const quiet = [{ days: EVERY_DAY, from: '01:00', to: '02:30' }]
    expect(quietUntilMs(quiet, local(2026, 3, 29, 1, 30))).toBe(local(2026, 3, 29, 3, 30))
    expect(quietUntilMs(quiet, local(2026, 3, 29, 3, 31))).toBeNull()
  })
})
