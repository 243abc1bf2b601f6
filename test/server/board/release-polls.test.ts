import { describe, expect, it } from 'vitest'
import { createParking, type Poll } from '../../../server/board/parking.ts'
import { packAccount } from '../../../server/board/redis/account.ts'
import { createReplica } from '../../../server/board/redis/replica.ts'
import { releasePolls } from '../../../server/board/release-polls.ts'
import { contentOf } from './redis/content-of.ts'
import { createSimClock } from '../../simulation/clock.ts'

const POLLS = 200

/** One account and one poll each, on a clock that is moved by hand. */
function setUp() {
  const clock = createSimClock(0)
  const replica = createReplica('own', (callback) => callback())
  const accounts = Array.from({ length: POLLS }, (_, i) =>
    packAccount(`user${i}`, 1, '', { checkedAtMs: 1 }, JSON.stringify({ unread: 7, status: 'ok' })),
  )
  const resync = (): void => replica.resync(contentOf({ epoch: 'e~1~x', rev: 1, removedAtRev: 0, accounts }))
  resync()
  const parking = createParking({ total: Infinity, perToken: Infinity, perAddress: Infinity }, clock, (callback) => callback())
  releasePolls({ board: replica, isFresh: () => replica.isFresh }, parking)
  /** What each client got, in order. */
  const answers: string[] = []
  const park = (id: string, holdSeconds: number): void => {
    const has = replica.tag([id])
    const poll: Poll = {
      target: { ids: [id], token: null, address: null },
      dueSecond: null,
      isAnswerable: () => replica.tag([id]) !== has,
      release: (why) => void answers.push(`${why} ${replica.get(id)?.status}`),
    }
    parking.park(poll, holdSeconds)
  }
  return { replica, resync, parking, answers, park, pass: clock.pass }
}

describe('polls of a machine that loses the shared board', () => {
  it('are answered over five seconds, all of them with a number that may be old', async () => {
    const { replica, parking, answers, park, pass } = setUp()
    for (let i = 0; i < POLLS; i++) park(`user${i}`, 55)
    replica.disconnect()
    await pass(2_000)
    expect(answers.length).toBeGreaterThan(POLLS / 4)
    expect(answers.length).toBeLessThan(POLLS / 2)
    await pass(3_000)
    expect(answers).toEqual(Array.from({ length: POLLS }, () => 'changed stale'))
    expect(parking.size).toBe(0)
  })

  it('get no fresh number where their hold ends before', async () => {
    const { replica, answers, park, pass } = setUp()
    for (let i = 0; i < POLLS; i++) park(`user${i}`, 2)
    replica.disconnect()
    await pass(5_000)
    expect(new Set(answers)).toEqual(new Set(['changed stale', 'expired stale']))
    expect(answers).toHaveLength(POLLS)
  })

  it('stay parked if the board is back before their turn, and nothing has changed', async () => {
    const { replica, resync, parking, answers, park, pass } = setUp()
    for (let i = 0; i < POLLS; i++) park(`user${i}`, 55)
    replica.disconnect()
    await pass(1_000)
    const answered = answers.length
    resync()
    await pass(10_000)
    expect(answers).toHaveLength(answered)
    expect(parking.size).toBe(POLLS - answered)
  })
})
