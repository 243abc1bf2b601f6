import { expect, test } from 'vitest'
import { backoffMs } from '../../../common/async/backoff.ts'

const BOUNDS = { firstMs: 100, maxMs: 1_000 }

test('the delay doubles up to its maximum', () => {
  expect([0, 1, 2, 3, 4, 5_000].map((failures) => backoffMs(failures, BOUNDS))).toEqual([100, 200, 400, 800, 1_000, 1_000])
})

test('the factor can be changed', () => {
  expect([0, 1, 2, 3].map((failures) => backoffMs(failures, { ...BOUNDS, factor: 3 }))).toEqual([100, 300, 900, 1_000])
})

test('with jitter, the delay is between half and all of it', () => {
  expect(backoffMs(1, BOUNDS, () => 0)).toBe(100)
  expect(backoffMs(1, BOUNDS, () => 0.5)).toBe(150)
})

test('the delay is a whole number of milliseconds', () => {
  for (const random of [0.123456789, 0.5001, 0.9999999]) expect(backoffMs(3, BOUNDS, () => random) % 1).toBe(0)
  expect(backoffMs(1, { firstMs: 1, maxMs: 9, factor: 1.7 }) % 1).toBe(0)
})
