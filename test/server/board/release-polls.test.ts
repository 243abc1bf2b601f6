import { describe, expect, it } from 'vitest'
import { createParking, type Poll } from '../../../server/board/parking.ts'
import { packAccount } from '../../../server/board/redis/account.ts'
import { createReplica } from '../../../server/board/redis/replica.ts'
import { releasePolls } from '../../../server/board/release-polls.ts'
import { contentOf, raise } from './redis/content-of.ts'
import { createSimClock } from '../../simulation/clock.ts'

const POLLS = 200
/** Announced in more than twenty slices. */
const MANY = 21_000

/** On a clock that is moved by hand. */
function setUp(size = POLLS) {
  const clock = createSimClock(0)
  const replica = createReplica('own', (callback) => callback(), raise)
  const accounts = Array.from({ length: size }, (_, i) =>
    packAccount(`user${i}`, 1, '', { checkedAtMs: 1 }, JSON.stringify({ unread: 7, status: 'ok' })),
  )
  const resync = (): void => replica.resync(contentOf({ epoch: 'e~1~x', rev: 1, removedAtRev: 0, accounts }))
  resync()
  const parking = createParking({ total: Infinity, perToken: Infinity, perAddress: Infinity }, clock, (callback) => callback())
  releasePolls({ board: replica, isFresh: () => replica.isFresh }, parking)
  /** What each client got, in order. */
  const answers: string[] = []
  const asked = { times: 0 }
  const park = (id: string, holdSeconds: number, isRepeated = false): void => {
    const ids = id === '*' ? id : [id]
    const has = replica.tag(ids)
    const poll: Poll = {
      target: { ids, token: null, address: null },
      dueSecond: null,
      isAnswerable() {
        asked.times += 1
        return replica.tag(ids) !== has
      },
      release(why) {
        answers.push(`${why} ${replica.get(id === '*' ? 'user0' : id)?.status}`)
        if (isRepeated) park(id, holdSeconds, true)
      },
    }
    parking.park(poll, holdSeconds)
  }
  return { replica, resync, parking, answers, asked, park, pass: clock.pass }
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

  it.each([
    ['each wait for all accounts', () => '*'],
    ['wait for accounts far from each other', (i: number) => `user${Math.floor((i * MANY) / POLLS)}`],
  ])('are answered over five seconds if the board is large, and the polls %s', async (_, idOf) => {
    const { replica, parking, answers, park, pass } = setUp(MANY)
    for (let i = 0; i < POLLS; i++) park(idOf(i), 55)
    replica.disconnect()
    expect(answers.length).toBeLessThanOrEqual(POLLS / 20)
    await pass(2_000)
    expect(answers.length).toBeGreaterThan(POLLS / 4)
    expect(answers.length).toBeLessThan(POLLS / 2)
    await pass(3_000)
    expect(answers).toEqual(Array.from({ length: POLLS }, () => 'changed stale'))
    expect(parking.size).toBe(0)
  })

  it('get a new number at once if the board is back with it before their turn', async () => {
    const { replica, answers, park, pass } = setUp()
    for (let i = 0; i < POLLS; i++) park(`user${i}`, 55)
    replica.disconnect()
    await pass(1_000)
    const answered = answers.length
    const accounts = Array.from({ length: POLLS }, (_, i) =>
      packAccount(`user${i}`, 2, '', { checkedAtMs: 2 }, JSON.stringify({ unread: 8, status: 'ok' })),
    )
    replica.resync(contentOf({ epoch: 'e~1~x', rev: 2, removedAtRev: 0, accounts }))
    expect(answers.slice(answered)).toEqual(Array.from({ length: POLLS - answered }, () => 'changed ok'))
  })

  it('are asked once each when the board is back, however large it is, if they wait for all accounts', async () => {
    const { replica, resync, parking, answers, asked, park } = setUp(MANY)
    replica.disconnect()
    for (let i = 0; i < POLLS; i++) park('*', 55, true)
    resync()
    expect([answers.length, asked.times, parking.size]).toEqual([POLLS, POLLS, POLLS])
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
