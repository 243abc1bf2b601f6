import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createParking, type Poll } from '../../../../server/board/parking.ts'
import { createPushedAccounts } from '../../../../server/board/pushed.ts'
import { releasePolls } from '../../../../server/board/release-polls.ts'
import { needs } from '../../../helpers/parts.ts'
import { startRedis, type TestRedis } from '../../../helpers/programs/redis.ts'
import { longestOf, measureTurns } from '../../../helpers/sources/turns.ts'
import { until } from '../../../helpers/until.ts'
import { backendOn, realClock } from './backends.ts'

const ACCOUNTS = 200_000
const POLLS = 1_000
const PUT = 1_000
const CAPS = { total: Infinity, perToken: Infinity, perAddress: Infinity }
const PUSH_CAPS = { accounts: Infinity, accountsPerToken: Infinity, bytes: Infinity, bytesPerToken: Infinity }
/** CPU milliseconds of one turn that show no work in one piece yet. The whole board in one turn takes 500. */
const MAX_TURN_MS = 50

describe.runIf(needs('redis'))('a machine of a large shared board', () => {
  let redis: TestRedis
  beforeEach(async () => {
    redis = await startRedis()
  })
  afterEach(() => redis.close())

  it('does other work in between while it loses Redis, gets it back, and fills it again', async () => {
    const backend = backendOn(redis.url, { clock: realClock })
    await backend.setSources([])
    const { board } = backend
    const pushed = createPushedAccounts(backend, PUSH_CAPS)
    await pushed.start()
    const parking = createParking(CAPS, realClock, setImmediate)
    releasePolls(backend, parking)
    for (let i = 0; i < ACCOUNTS; i += PUT)
      await pushed.put(
        'feeder',
        Array.from({ length: PUT }, (_, at) => ({ id: `user${i + at}@example.org`, counts: { unread: at } })),
      )
    const answers: string[] = []
    for (let i = 0; i < POLLS; i++) {
      const ids = [`user${(i * ACCOUNTS) / POLLS}@example.org`]
      const has = board.tag(ids)
      const poll: Poll = {
        target: { ids, token: null, address: null },
        dueSecond: null,
        isAnswerable: () => board.tag(ids) !== has,
        release: (why) => void answers.push(why),
      }
      parking.park(poll, 600)
    }
    const { turns } = await measureTurns(async () => {
      await redis.stop()
      await until(() => backend.isFresh?.() === false, 20_000)
      await redis.start()
      await until(() => backend.isFresh?.() === true, 60_000)
      await until(() => answers.length === POLLS, 10_000)
    })
    expect(new Set(answers)).toEqual(new Set(['changed']))
    expect(longestOf(turns).cpuMs).toBeLessThan(MAX_TURN_MS)
    await backend.close()
  }, 120_000)
})
