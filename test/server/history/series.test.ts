import { expect, test } from 'vitest'
import { daySteps, monthSteps, numbersOf, seriesOf } from '../../../server/history/series.ts'

const steps = (from: number, to: number, minutes = 1) => ({ from, to, minutes })

test('a number lasts until the next change, from the last one before the first step', () => {
  const changes = [
    { minute: 5, unread: 3 },
    { minute: 12, unread: 4 },
    { minute: 14, unread: null },
  ]
  expect(numbersOf(changes, [{ start: 0, end: 99 }], steps(10, 15))).toEqual([3, 3, 4, 4, null, null])
})

test('while the server did not run there is a gap, after which the number is that of before until it changes', () => {
  const runs = [
    { start: 8, end: 10 },
    { start: 13, end: 99 },
  ]
  expect(numbersOf([{ minute: 5, unread: 3 }], runs, steps(7, 15))).toEqual([null, 3, 3, 3, null, null, 3, 3, 3])
})

test('a change before a gap is not lost, and one without a run in its step is not shown', () => {
  const runs = [
    { start: 0, end: 2 },
    { start: 6, end: 6 },
  ]
  const changes = [
    { minute: 0, unread: 1 },
    { minute: 2, unread: 7 },
  ]
  expect(numbersOf(changes, runs, steps(0, 7))).toEqual([1, 1, 7, null, null, null, 7, null])
})

test('an hour has the number of its last minute in which the server ran', () => {
  const changes = [
    { minute: 10, unread: 1 },
    { minute: 70, unread: 2 },
    { minute: 100, unread: 3 },
    { minute: 130, unread: 4 },
  ]
  const runs = [
    { start: 0, end: 80 },
    { start: 110, end: 125 },
  ]
  expect(numbersOf(changes, runs, steps(0, 239, 60))).toEqual([1, 3, 3, null])
})

test('a day has a step for each minute, and a month one for each hour, with the present one at the end', () => {
  const now = 30_000_059
  expect(numbersOf([], [], daySteps(now))).toHaveLength(1_440)
  expect(numbersOf([], [], monthSteps(now))).toHaveLength(720)
  expect(monthSteps(now).from % 60).toBe(0)
})

test('a series begins with the first known number and ends with the present one', () => {
  expect(seriesOf([null, null, 4, null, 5], 6, steps(0, 4))).toEqual({
    startsAt: '1970-01-01T00:02:00.000Z',
    stepSeconds: 60,
    unread: [4, null, 6],
  })
  expect(seriesOf([null, null], null, steps(0, 119, 60))).toEqual({
    startsAt: '1970-01-01T01:00:00.000Z',
    stepSeconds: 3_600,
    unread: [null],
  })
})
