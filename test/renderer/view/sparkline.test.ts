import { expect, test } from 'vitest'
import type { History } from '../../../common/protocol/wire.ts'
import { BOX, type Span, sparklineOf } from '../../../renderer/view/sparkline.ts'

const history = (day: (number | null)[], month: (number | null)[] = day): History => ({
  day: { startsAt: '2026-01-01T00:00:00.000Z', stepSeconds: 60, unread: day },
  month: { startsAt: '2026-01-01T00:00:00.000Z', stepSeconds: 3_600, unread: month },
})
const points = (path = '') => Array.from(path.matchAll(/([ML])([\d.]+) ([\d.]+)/g), ([, kind, x, y]) => [kind, Number(x), Number(y)])

test('spans a day, with the present number at its end', () => {
  const line = sparklineOf(history([...Array<number>(720).fill(2), ...Array<number>(720).fill(14)]), 'day', 9)
  expect(line).toMatchObject({ lowest: 2, highest: 14, now: 9 })
  const drawn = points(line?.path)
  expect(drawn).toHaveLength(66)
  expect([drawn[0], drawn[40]?.[2], line?.end]).toEqual([['M', 3, 21], 3, { x: 69, y: expect.closeTo(10.5, 1) }])
})

test('has a gap where the number was not known, and begins late if the history is short', () => {
  const line = sparklineOf(history([...Array<number>(200).fill(1), ...Array<null>(200).fill(null), 5, 5]), 'day', 5)
  const drawn = points(line?.path)
  expect(drawn.filter(([kind]) => kind === 'M')).toHaveLength(2)
  expect(Number(drawn[0]?.[1])).toBeGreaterThan(BOX.width / 2)
})

test('is level in the middle if nothing changed, and ends without a dot if the present number is not known', () => {
  const hour = Array<number>(60).fill(4)
  expect(sparklineOf(history(hour), 'day', 4)?.end).toEqual({ x: 69, y: 12 })
  expect(sparklineOf(history([3, ...hour]), 'day', null)).toMatchObject({ now: null, end: null, lowest: 3, highest: 4 })
})

test('shows the last week of the month', () => {
  const month = [...Array<number>(552).fill(100), ...Array<number>(168).fill(1)]
  expect(sparklineOf(history([5, 5], month), 'week', 2)).toMatchObject({ lowest: 1, highest: 2, now: 2 })
})

test('is a dot before it is a line, and nothing without a known number', () => {
  const isLine = (numbers: (number | null)[], span: Span = 'day') => sparklineOf(history(numbers), span, 4)?.isLine
  expect([isLine([null]), isLine([4]), isLine(Array<number>(20).fill(4)), isLine(Array<number>(23).fill(4))]).toEqual([
    false,
    false,
    false,
    true,
  ])
  expect([isLine([4, 4], 'week'), isLine([4, 4, 4, 4], 'week')]).toEqual([false, true])
  expect(sparklineOf(history([null]), 'day', null)).toBeNull()
})

test('stays in its box', () => {
  const numbers = Array.from({ length: 1_440 }, (_, i) => (i % 3 === 0 ? null : (i * 7_919) % 30_000))
  for (const [, x, y] of points(sparklineOf(history(numbers), 'day', 12)?.path)) {
    expect(Number(x)).toBeGreaterThanOrEqual(3)
    expect(Number(x)).toBeLessThanOrEqual(BOX.width - 3)
    expect(Number(y)).toBeGreaterThanOrEqual(3)
    expect(Number(y)).toBeLessThanOrEqual(BOX.height - 3)
  }
})
