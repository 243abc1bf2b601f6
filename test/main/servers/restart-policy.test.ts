import { expect, test } from 'vitest'
import { restartAfter } from '../../../main/servers/restart-policy.ts'

const MINUTE_MS = 60_000

test('the first exit is followed by an early restart, further exits by later ones', () => {
  const waits = [[0], [0, 1], [0, 1, 2], [0, 1, 2, 3]].map((ends) => restartAfter(ends, 4))
  expect(waits).toEqual([100, 300, 900, 2_700].map((afterMs) => ({ kind: 'restart', afterMs })))
})

test('no delay is longer than five seconds', () => {
  expect(restartAfter([1, 2, 3, 4, 5, 6], 6)).toEqual({ kind: 'restart', afterMs: 5_000 })
})

test('the seventh exit within five minutes is not followed by a restart', () => {
  expect(restartAfter([1, 2, 3, 4, 5, 6, 7], 8)).toEqual({ kind: 'give-up' })
})

test('exits more than five minutes ago do not count', () => {
  expect(restartAfter([1, 2, 3, 4, 5, 6, 10 * MINUTE_MS], 10 * MINUTE_MS)).toEqual({ kind: 'restart', afterMs: 100 })
})
