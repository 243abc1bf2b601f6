import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { needs } from '../../../helpers/parts.ts'
import { startRedis, type TestRedis } from '../../../helpers/programs/redis.ts'
import { send, put } from '../../../helpers/server.ts'
import { until } from '../../../helpers/until.ts'
import { type Machine, startMachine } from './machines.ts'

describe.runIf(needs('redis'))('servers that share a board', () => {
  let redis: TestRedis
  let machines: Machine[]
  const start = async (): Promise<Machine> => {
    const machine = await startMachine(redis)
    machines.push(machine)
    return machine
  }

  beforeEach(async () => {
    redis = await startRedis()
    machines = []
  })
  afterEach(async () => {
    await Promise.all(machines.map((machine) => machine.close()))
    await redis.close()
  })

  it('all show what was put to one, under the same tag', async () => {
    const [a, b] = [await start(), await start()]
    await put(a.port, 'kim', 3)
    expect(await a.shows('kim')).toEqual({ unread: 3, status: 'ok' })
    await until(async () => (await b.shows('kim'))?.unread === 3)
    const tags = await Promise.all([a, b].map(async ({ port }) => (await send(port, 'GET', '/v1/accounts')).headers.etag))
    expect(tags[0]).toBe(tags[1])
  })

  it('answer a poll at one as soon as another gets a count', async () => {
    const [a, b] = [await start(), await start()]
    await put(a.port, 'kim', 1)
    await until(async () => (await b.shows('kim'))?.unread === 1)
    const { headers } = await send(b.port, 'GET', '/v1/accounts/kim')
    const polled = send(b.port, 'GET', '/v1/accounts/kim', { headers: { 'if-none-match': String(headers.etag), prefer: 'wait=50' } })
    await put(a.port, 'kim', 2)
    expect((await polled).json()).toMatchObject({ unread: 2 })
  })

  it('show all accounts at one that starts later', async () => {
    const a = await start()
    await put(a.port, 'kim', 7)
    expect(await (await start()).shows('kim')).toEqual({ unread: 7, status: 'ok' })
  })

  it('apply a list of pushed counts as a whole', async () => {
    const a = await start()
    const accounts = Array.from({ length: 10_000 }, (_, i) => ({ id: `m${i}`, unread: i }))
    expect((await send(a.port, 'PUT', '/v1/accounts', { token: 'feeder', body: { accounts } })).status).toBe(204)
    expect(await a.shows('m9999')).toEqual({ unread: 9_999, status: 'ok' })
    const b = await start()
    expect(b.board.size).toBe(10_000)
  })

  it('keep their accounts when Redis comes back empty', async () => {
    const [a, b] = [await start(), await start()]
    await put(a.port, 'kim', 5)
    await until(async () => (await b.shows('kim'))?.unread === 5)
    const before = (await send(b.port, 'GET', '/v1/accounts')).headers.etag
    await redis.stop()
    expect((await send(a.port, 'PUT', '/v1/accounts/kim', { token: 'feeder', body: { unread: 6 } })).status).toBe(503)
    await redis.start()
    await until(async () => (await send(a.port, 'PUT', '/v1/accounts/kim', { token: 'feeder', body: { unread: 6 } })).status === 204)
    await until(async () => (await b.shows('kim'))?.unread === 6)
    await put(b.port, 'lee', 1)
    await until(async () => (await a.shows('lee'))?.unread === 1)
    // A tag of before is never taken for one of after.
    expect((await send(b.port, 'GET', '/v1/accounts')).headers.etag?.split('.')[0]).not.toBe(before?.split('.')[0])
  })

  it('notice that all keys were deleted', async () => {
    const [a, b] = [await start(), await start()]
    await put(a.port, 'kim', 5)
    await redis.command('FLUSHALL')
    await until(
      async () => (await send(b.port, 'PUT', '/v1/accounts/lee', { token: 'feeder', body: { unread: 2 } })).status === 204,
      20_000,
    )
    await until(async () => (await a.shows('lee'))?.unread === 2)
    expect(await b.shows('kim')).toEqual({ unread: 5, status: 'ok' })
    expect(await (await start()).shows('kim')).toEqual({ unread: 5, status: 'ok' })
  }, 40_000)
})
