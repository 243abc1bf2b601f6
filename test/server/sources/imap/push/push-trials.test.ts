import { beforeEach, expect, test } from 'vitest'
import { createPushTrials } from '../../../../../server/sources/imap/push/push-trials.ts'

const HOUR_MS = 3_600_000

let nowMs: number
let trials: ReturnType<typeof createPushTrials>
beforeEach(() => {
  nowMs = 0
  trials = createPushTrials({ pushTrial: 30_000, pushRest: 6 * HOUR_MS }, () => nowMs)
})

/** A connection that is lost in IDLE after this time. True if IDLE is left out from now on. */
function lostAfter(ms: number): boolean {
  trials.idle.started()
  nowMs += ms
  return trials.connectionLost()
}

test('IDLE is left out after two connections that ended soon after it, for six hours; then it is tried once', () => {
  expect([lostAfter(5_000), trials.idle.isAllowed()]).toEqual([false, true])
  expect([lostAfter(5_000), trials.idle.isAllowed()]).toEqual([true, false])
  nowMs += 6 * HOUR_MS
  expect(trials.idle.isAllowed()).toBe(true)
  expect([lostAfter(5_000), trials.idle.isAllowed()]).toEqual([true, false])
})

test('an IDLE that lasts, or a connection that ends outside of it, does not count against IDLE', () => {
  lostAfter(5_000)
  lostAfter(30_000)
  lostAfter(5_000)
  expect(trials.connectionLost()).toBe(false)
  trials.idle.started()
  trials.idle.ended()
  expect(trials.connectionLost()).toBe(false)
  expect(trials.idle.isAllowed()).toBe(true)
})

test('a refused IDLE is left out at once', () => {
  trials.idle.refused()
  expect(trials.idle.isAllowed()).toBe(false)
})

test('NOTIFY is left out before IDLE', () => {
  for (let connection = 0; connection < 2; connection += 1) {
    trials.notify.started()
    lostAfter(1)
  }
  expect([trials.notify.isAllowed(), trials.idle.isAllowed()]).toEqual([false, true])
})
