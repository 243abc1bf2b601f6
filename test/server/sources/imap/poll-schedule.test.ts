import { describe, expect, test } from 'vitest'
import { type PollScheduleOptions, createPollSchedule, type PollResult } from '../../../../server/sources/imap/poll-schedule.ts'

const INTERVAL_MS = 60_000
const HEARTBEAT_MS = 110_000
const SETTLE_MS = 1_000

const PUSHED: PollResult = {
  fingerprint: 'a',
  hasOtherFolders: true,
  selectedIsPushed: true,
  othersArePushed: true,
  retryInMs: Number.POSITIVE_INFINITY,
}

function fixture(change: Partial<PollScheduleOptions> = {}) {
  const times = { followUps: [], settle: SETTLE_MS, pushDelay: 15_000 }
  const schedule = createPollSchedule({ times, intervalMs: INTERVAL_MS, heartbeatMs: HEARTBEAT_MS, requiresListing: false, ...change })
  return {
    ...schedule,
    /** A poll that takes no time. */
    poll: (nowMs: number, result: Partial<PollResult> = {}) => {
      const scope = schedule.begin(nowMs)
      return { ...scope, pauseMs: schedule.end(nowMs, { ...PUSHED, ...result }) }
    },
  }
}

describe('an account', () => {
  test('is polled completely at first', () => {
    expect(fixture().poll(0)).toMatchObject({ list: true, otherFolders: true })
  })

  test('with push is polled at the heartbeat', () => {
    const { poll } = fixture()
    expect(poll(0).pauseMs).toBe(SETTLE_MS)
    expect(poll(SETTLE_MS, { hasOtherFolders: false })).toEqual({ list: false, otherFolders: true, pauseMs: HEARTBEAT_MS })
  })

  test.each([true, false])('has its other folders polled at the interval (they are pushed: %s)', (othersArePushed) => {
    const { poll } = fixture()
    poll(0, { othersArePushed })
    expect(poll(SETTLE_MS, { othersArePushed }).pauseMs).toBe(INTERVAL_MS)
  })

  test('without push is polled at the interval', () => {
    const { poll } = fixture()
    const silent = { hasOtherFolders: false, selectedIsPushed: false, othersArePushed: true }
    poll(0, silent)
    expect(poll(SETTLE_MS, silent).pauseMs).toBe(INTERVAL_MS)
  })

  test('is polled completely after a push, and once more after it has settled', () => {
    const { poll, markChanged } = fixture()
    poll(0)
    poll(SETTLE_MS)
    markChanged()
    expect(poll(50_000)).toEqual({ list: false, otherFolders: true, pauseMs: SETTLE_MS })
    expect(poll(50_500)).toMatchObject({ otherFolders: false, pauseMs: 500 })
    expect(poll(51_000)).toMatchObject({ otherFolders: true, pauseMs: INTERVAL_MS })
  })

  test('is polled again soon after a change, with pauses that restart with each further change', () => {
    const { poll } = fixture({ times: { followUps: [40, 80], settle: HEARTBEAT_MS, pushDelay: 15_000 } })
    const alone = { hasOtherFolders: false }
    poll(0, alone)
    expect(poll(1_000, { ...alone, fingerprint: 'b' }).pauseMs).toBe(40)
    expect(poll(1_040, { ...alone, fingerprint: 'b' }).pauseMs).toBe(80)
    expect(poll(1_120, { ...alone, fingerprint: 'c' }).pauseMs).toBe(40)
    expect(poll(1_160, { ...alone, fingerprint: 'c' }).pauseMs).toBe(80)
    expect(poll(1_240, { ...alone, fingerprint: 'c' }).pauseMs).toBe(HEARTBEAT_MS)
  })

  test('has its folders listed at the interval where that is required, and when they change', () => {
    const { poll, markFoldersChanged } = fixture({ requiresListing: true })
    const unpushed = { othersArePushed: false }
    poll(0, unpushed)
    expect(poll(1_000, unpushed)).toMatchObject({ list: false, pauseMs: INTERVAL_MS - 1_000 })
    expect(poll(INTERVAL_MS, unpushed)).toMatchObject({ list: true })
    markFoldersChanged()
    expect(poll(INTERVAL_MS + 5, unpushed)).toMatchObject({ list: true, otherFolders: true })
  })

  test('is polled at once when a folder vanished during a poll', () => {
    const { begin, end, markFoldersChanged } = fixture({ requiresListing: true })
    begin(0)
    markFoldersChanged()
    expect(end(0, PUSHED)).toBe(0)
    expect(begin(0).list).toBe(true)
  })
})

describe('a server with push', () => {
  const alone = { hasOtherFolders: false }

  test('that omits changes is polled at the interval after the second one', () => {
    const { poll } = fixture()
    poll(0, alone)
    expect(poll(HEARTBEAT_MS, { ...alone, fingerprint: 'b' }).pauseMs).toBe(HEARTBEAT_MS)
    expect(poll(2 * HEARTBEAT_MS, { ...alone, fingerprint: 'c' }).pauseMs).toBe(INTERVAL_MS)
  })

  test('that is slow is not suspected for what follows soon after a change', () => {
    const { poll, markChanged } = fixture()
    poll(0, alone)
    for (const [second, fingerprint] of ['b', 'c', 'd', 'e'].entries()) {
      markChanged()
      poll(second * HEARTBEAT_MS, { ...alone, fingerprint })
      expect(poll(second * HEARTBEAT_MS + 500, { ...alone, fingerprint: `${fingerprint}!` }).pauseMs).toBe(HEARTBEAT_MS)
    }
  })
})
