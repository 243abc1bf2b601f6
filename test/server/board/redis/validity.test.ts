import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openConnection } from '../../../../server/board/redis/connection/connection.ts'
import { namesOf } from '../../../../server/board/redis/keys.ts'
import { needs } from '../../../helpers/parts.ts'
import { startRedis, type TestRedis } from '../../../helpers/programs/redis.ts'
import { until } from '../../../helpers/until.ts'
import { backendOn } from './backends.ts'
import { redisConfigOf } from './machines.ts'

type Backend = ReturnType<typeof backendOn>

describe.runIf(needs('redis'))('the validity of a pushed number on a shared board', () => {
  let redis: TestRedis
  let backends: Backend[]
  const start = async (): Promise<Backend> => {
    const backend = backendOn(redis.url)
    backends.push(backend)
    await backend.setSources([])
    return backend
  }
  const put = (backend: Backend, validFor: number | undefined) => backend.put([{ id: 'kim', counts: { unread: 5 }, validFor }])
  const stateOf = ({ board }: Backend) => [board.get('kim')?.status, board.get('kim')?.counts?.unread]

  beforeEach(async () => {
    redis = await startRedis()
    backends = []
  })
  afterEach(async () => {
    await Promise.all(backends.map((backend) => backend.close()))
    await redis.close()
  })

  it('ends also where the machine that took it has gone, and one that starts later knows it', async () => {
    const taker = await start()
    await put(taker, 1)
    await taker.close()
    const other = await start()
    expect(stateOf(other)).toEqual(['ok', 5])
    const checkedAtMs = other.board.get('kim')?.checkedAtMs
    await until(() => stateOf(other)[0] === 'stale')
    expect(other.board.get('kim')).toMatchObject({
      counts: { unread: 5 },
      checkedAtMs,
      error: { code: 'network', message: expect.stringContaining('1 s') },
    })
    const { rev } = other.board
    await start()
    expect([other.board.rev, stateOf(other)]).toEqual([rev, ['stale', 5]])
  })

  it('begins anew when another machine reports the same number', async () => {
    const [one, other] = [await start(), await start()]
    await put(one, 1)
    const { rev } = one.board
    await put(other, 600)
    await until(() => one.board.get('kim')?.checkedAtMs === other.board.get('kim')?.checkedAtMs)
    await put(other, undefined)
    expect([other.board.rev, stateOf(other)]).toEqual([rev, ['ok', 5]])
  })

  it('does not end a number that was reported meanwhile', async () => {
    const backend = await start()
    await put(backend, 600)
    const { rev } = backend.board
    const { commands, end } = await openConnection(redisConfigOf(redis.url))
    const names = namesOf('mailbell')
    const expire = (time: string) =>
      commands.write(
        [names.accounts, names.meta, names.seeding],
        [names.changes, '', String(Date.now() + 60_000), '', '1', 'kim', '""', time, '{"unread":5,"status":"stale"}'],
      )
    expect(await expire('1:2:1')).toEqual({ kind: 'done', rev })
    const stored = String(await commands.hGet(names.accounts, 'kim'))
    expect(await expire(stored.split(' ')[1] ?? '')).toEqual({ kind: 'done', rev: rev + 1 })
    await until(() => stateOf(backend)[0] === 'stale')
    end()
  })

  it('is still known when Redis comes back empty', async () => {
    const backend = await start()
    await put(backend, 2)
    await redis.stop()
    await redis.start()
    await until(() => backend.isFresh?.() === true && backend.board.get('kim')?.status === 'stale')
    expect(backend.board.get('kim')?.error?.message).toContain('2 s')
  })
})
