import { describe, expect, test } from 'vitest'
import { type PollScheduleOptions, createPollSchedule, type Looked } from '../../../../server/sources/imap/poll-schedule.ts'

const INTERVAL_MS = 60_000
const HEARTBEAT_MS = 110_000
const SETTLE_MS = 1_000

const TOLD: Looked = { shape: 'a', hasOthers: true, tellsSelected: true, tellsOthers: true }

function fixture(change: Partial<PollScheduleOptions> = {}) {
  const times = { followUps: [], settle: SETTLE_MS, telling: 15_000 }
  const agenda = createPollSchedule({ times, intervalMs: INTERVAL_MS, heartbeatMs: HEARTBEAT_MS, needsList: false, ...change })
  return {
    ...agenda,
    /** A look that takes no time. */
    look: (nowMs: number, looked: Partial<Looked> = {}) => {
      const due = agenda.begin(nowMs)
      return { ...due, pauseMs: agenda.end(nowMs, { ...TOLD, ...looked }) }
    },
  }
}

describe('an account', () => {
  test('is looked at whole at first', () => {
    expect(fixture().look(0)).toMatchObject({ list: true, others: true })
  })

  test('that is told of is asked at the heartbeat', () => {
    const { look } = fixture()
    expect(look(0).pauseMs).toBe(SETTLE_MS)
    expect(look(SETTLE_MS, { hasOthers: false })).toEqual({ list: false, others: true, pauseMs: HEARTBEAT_MS })
  })

  test.each([true, false])('has its other folders asked at the interval, whether they are told of (%s) or not', (tellsOthers) => {
    const { look } = fixture()
    look(0, { tellsOthers })
    expect(look(SETTLE_MS, { tellsOthers }).pauseMs).toBe(INTERVAL_MS)
  })

  test('of which nothing is told is asked at the interval', () => {
    const { look } = fixture()
    const silent = { hasOthers: false, tellsSelected: false, tellsOthers: true }
    look(0, silent)
    expect(look(SETTLE_MS, silent).pauseMs).toBe(INTERVAL_MS)
  })

  test('is looked at whole when something is told, and once more when it has settled', () => {
    const { look, changed } = fixture()
    look(0)
    look(SETTLE_MS)
    changed()
    expect(look(50_000)).toEqual({ list: false, others: true, pauseMs: SETTLE_MS })
    expect(look(50_500)).toMatchObject({ others: false, pauseMs: 500 })
    expect(look(51_000)).toMatchObject({ others: true, pauseMs: INTERVAL_MS })
  })

  test('is looked at again soon after a change, with pauses that begin anew while more is found', () => {
    const { look } = fixture({ times: { followUps: [40, 80], settle: HEARTBEAT_MS, telling: 15_000 } })
    const alone = { hasOthers: false }
    look(0, alone)
    expect(look(1_000, { ...alone, shape: 'b' }).pauseMs).toBe(40)
    expect(look(1_040, { ...alone, shape: 'b' }).pauseMs).toBe(80)
    expect(look(1_120, { ...alone, shape: 'c' }).pauseMs).toBe(40)
    expect(look(1_160, { ...alone, shape: 'c' }).pauseMs).toBe(80)
    expect(look(1_240, { ...alone, shape: 'c' }).pauseMs).toBe(HEARTBEAT_MS)
  })

  test('has its folders listed at the interval where a list is needed, or when they change', () => {
    const { look, foldersChanged } = fixture({ needsList: true })
    const asked = { tellsOthers: false }
    look(0, asked)
    expect(look(1_000, asked)).toMatchObject({ list: false, pauseMs: INTERVAL_MS - 1_000 })
    expect(look(INTERVAL_MS, asked)).toMatchObject({ list: true })
    foldersChanged()
    expect(look(INTERVAL_MS + 5, asked)).toMatchObject({ list: true, others: true })
  })

  test('is looked at at once where a folder got lost in a look', () => {
    const { begin, end, foldersChanged } = fixture({ needsList: true })
    begin(0)
    foldersChanged()
    expect(end(0, TOLD)).toBe(0)
    expect(begin(0).list).toBe(true)
  })
})

describe('a server that tells', () => {
  const alone = { hasOthers: false }

  test('not of all changes is asked at the interval, once it was caught twice', () => {
    const { look } = fixture()
    look(0, alone)
    expect(look(HEARTBEAT_MS, { ...alone, shape: 'b' }).pauseMs).toBe(HEARTBEAT_MS)
    expect(look(2 * HEARTBEAT_MS, { ...alone, shape: 'c' }).pauseMs).toBe(INTERVAL_MS)
  })

  test('later than others is not suspected for what comes soon after a change', () => {
    const { look, changed } = fixture()
    look(0, alone)
    for (const [second, shape] of ['b', 'c', 'd', 'e'].entries()) {
      changed()
      look(second * HEARTBEAT_MS, { ...alone, shape })
      expect(look(second * HEARTBEAT_MS + 500, { ...alone, shape: `${shape}!` }).pauseMs).toBe(HEARTBEAT_MS)
    }
  })
})
