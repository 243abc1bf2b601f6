import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { needs } from '../../../helpers/parts.ts'
import { startRedis, type TestRedis } from '../../../helpers/programs/redis.ts'
import { type Answer, send } from '../../../helpers/server.ts'
import { until } from '../../../helpers/until.ts'
import { type Machine, startMachine } from './machines.ts'

describe.runIf(needs('redis'))('a one-time code on several machines', () => {
  let redis: TestRedis
  let machines: readonly [Machine, Machine]
  beforeEach(async () => {
    redis = await startRedis()
    machines = [await startMachine(redis), await startMachine(redis)]
  })
  afterEach(async () => {
    await Promise.all(machines.map((machine) => machine.close()))
    await redis.close()
  })
  const create = ({ port }: Machine): Promise<Answer> => send(port, 'POST', '/v1/codes', { token: 'alice' })
  const redeem = ({ port }: Machine, code: unknown): Promise<Answer> => send(port, 'POST', '/v1/token', { token: null, body: { code } })

  it('is exchanged by any of them, once', async () => {
    const [one, other] = machines
    const { code } = (await create(one)).json()
    expect((await redeem(other, code)).json()).toEqual({ token: 'alice' })
    for (const machine of machines) expect((await redeem(machine, code)).json()).toMatchObject({ status: 410, code: 'code-used' })
    expect((await redeem(one, 'made-up')).json()).toMatchObject({ status: 404, code: 'code-unknown' })
  })

  it('is exchanged once by a crowd at all of them', async () => {
    const { code } = (await create(machines[0])).json()
    const statuses = await Promise.all(Array.from({ length: 20 }, async (_, i) => (await redeem(machines[i % 2 ? 1 : 0], code)).status))
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
  })

  it('is bounded in number per token, on all of them together', async () => {
    for (let i = 0; i < 50; i += 1) for (const machine of machines) expect((await create(machine)).status).toBe(200)
    for (const machine of machines) expect((await create(machine)).json()).toMatchObject({ status: 429, code: 'too-many-codes' })
  })

  it('is answered with 503 while Redis is away', async () => {
    const [one] = machines
    const { code } = (await create(one)).json()
    await redis.stop()
    await until(async () => (await create(one)).status === 503)
    expect((await redeem(one, code)).json()).toMatchObject({ status: 503, code: 'board-away' })
  })
})
