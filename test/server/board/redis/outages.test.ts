import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { monotonicMs, schedule } from '../../../../server/platform/clock.ts'
import { createBoard } from '../../../../server/board/board.ts'
import { createCollector } from '../../../../server/collector/collector.ts'
import { openConnection } from '../../../../server/board/redis/connection.ts'
import { createRedisBackend } from '../../../../server/board/redis/backend.ts'
import { namesOf } from '../../../../server/board/redis/keys.ts'
import { needs } from '../../../helpers/parts.ts'
import { startRedis, type TestRedis } from '../../../helpers/redis.ts'
import { until } from '../../../helpers/until.ts'
import { redisConfigOf, silent } from './nodes.ts'
import { createMailbox } from './sources.ts'

/** As many times faster than in life. */
const FASTER = 20

describe.runIf(needs('redis'))('with trouble at Redis', () => {
  let redis: TestRedis
  beforeEach(async () => {
    redis = await startRedis()
  })
  afterEach(() => redis.close())

  function homeOn(url: string) {
    let ids = 0
    const clock = {
      now: () => monotonicMs() * FASTER,
      random: () => 0.5,
      schedule: (callback: () => void, ms: number) => schedule(callback, ms / FASTER),
    }
    const intake = createBoard({ now: Date.now, epoch: 'intake' })
    const collector = createCollector({ ...clock, board: intake, log: silent })
    const newId = (): string => `id${process.pid}x${++ids}`
    const config = redisConfigOf(url)
    const backend = createRedisBackend({ ...clock, config, log: silent, wallClock: Date.now, newId, intake, collector })
    return {
      ...backend,
      async close() {
        await collector.close()
        await backend.close()
      },
    }
  }

  it.each([
    ['answers nothing', () => redis.freeze(), async () => redis.thaw()],
    ['has ended', () => void redis.stop(), () => redis.start()],
  ])('a machine tells its numbers to be old where Redis %s for long, and to be fresh again afterwards', async (_, away, back) => {
    const home = homeOn(redis.url)
    await home.setSources([])
    expect(await home.put([{ id: 'kim', counts: { unread: 3 } }])).toEqual({ kind: 'done', rev: expect.any(Number) })
    const tag = home.board.tag('*')
    away()
    await until(() => home.board.get('kim')?.status === 'stale')
    expect(home.board.get('kim')).toMatchObject({ counts: { unread: 3 }, error: { code: 'network' } })
    expect(home.board.tag('*')).not.toBe(tag)
    expect(await home.put([{ id: 'kim', counts: { unread: 4 } }])).toEqual({ kind: 'unavailable' })
    await back()
    await until(() => home.board.get('kim')?.status === 'ok')
    expect(await home.put([{ id: 'kim', counts: { unread: 4 } }])).toMatchObject({ kind: 'done' })
    expect(home.board.get('kim')?.counts?.unread).toBe(4)
    await home.close()
  })

  it('a short one is not told to anybody', async () => {
    const home = homeOn(redis.url)
    await home.setSources([])
    await home.put([{ id: 'kim', counts: { unread: 3 } }])
    let told = 0
    home.board.subscribe(() => (told += 1))
    await redis.command('CLIENT', 'KILL', 'TYPE', 'normal')
    await until(async () => (await home.put([{ id: 'lee', counts: { unread: 1 } }])).kind === 'done')
    expect([home.board.get('kim')?.status, told]).toEqual(['ok', 1])
    await home.close()
  })

  it('a machine that starts without it waits for it', async () => {
    await redis.stop()
    const home = homeOn(redis.url)
    let ready = false
    const started = home.setSources([]).then(() => (ready = true))
    await delay(100)
    expect(ready).toBe(false)
    await redis.start()
    await started
    await home.close()
  })

  it('a machine that starts without it can be ended', async () => {
    await redis.stop()
    const home = homeOn(redis.url)
    void home.setSources([])
    await delay(50)
    await home.close()
  })

  it('numbers of sources are told to be old while no machine collects, pushed ones are not, and fresh again when one does', async () => {
    const box = createMailbox()
    box.counts.set('kim', 3)
    const front = homeOn(redis.url)
    await front.setSources([])
    const collecting = homeOn(redis.url)
    await collecting.setSources([box.createSource(box.config)])
    await until(() => front.board.get('kim')?.status === 'ok')
    await front.put([{ id: 'pushed', counts: { unread: 1 } }])
    await collecting.close()
    await until(() => front.board.get('kim')?.status === 'stale')
    expect(front.board.get('kim')).toMatchObject({ counts: { unread: 3 }, error: { code: 'network' }, checkedAtMs: expect.any(Number) })
    expect(front.board.get('pushed')?.status).toBe('ok')
    const next = homeOn(redis.url)
    await next.setSources([box.createSource(box.config)])
    await until(() => front.board.get('kim')?.status === 'ok')
    expect(front.board.get('kim')?.error).toBeUndefined()
    await Promise.all([front.close(), next.close()])
  })

  it('what a machine writes that does not collect any more is refused', async () => {
    const names = namesOf('mailbell')
    const { commands, run, end } = await openConnection(redisConfigOf(redis.url))
    const heartbeat = (machine: string) =>
      commands.heartbeat([names.meta, names.collector, names.seeding], [machine, run, 'e~1~x', '', '0', '1', '15000', '10000'])
    expect(await heartbeat('first')).toMatchObject({ collector: 'first', term: 1, seeding: 'first' })
    await commands.seeded([names.meta, names.seeding], ['first'])
    const write = (term: string) =>
      commands.write([names.accounts, names.meta, names.seeding], [names.changes, term, 'kim', '"box"', '1', '{"unread":1,"status":"ok"}'])
    expect(await write('1')).toMatchObject({ kind: 'done' })
    expect(await heartbeat('second')).toMatchObject({ collector: 'first', term: 1 })
    await commands.del(names.collector)
    expect(await heartbeat('second')).toMatchObject({ collector: 'second', term: 2 })
    expect(await write('1')).toEqual({ kind: 'fenced' })
    expect(await write('2')).toMatchObject({ kind: 'done' })
    end()
  })

  it('a mistake is told in one sentence, without what is secret', async () => {
    const locked = await startRedis('--requirepass', 'a-secret')
    const port = new URL(locked.url).port
    const failure = async (url: string): Promise<string> =>
      await openConnection(redisConfigOf(url)).then(
        () => 'none',
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      )
    expect(await failure(locked.url)).toBe(`redis 127.0.0.1:${port} wants a password; name it under redis.password in the config.`)
    expect(await failure(`redis://:wrong-secret@127.0.0.1:${port}`)).toBe(
      `redis 127.0.0.1:${port} refuses the name or the password; see redis.url and redis.password in the config.`,
    )
    expect(await failure(`redis://:a-secret@127.0.0.1:${port}`)).toBe('none')
    locked.freeze()
    expect(await failure(locked.url)).toBe(`redis 127.0.0.1:${port} does not answer; see whether it runs.`)
    locked.thaw()
    await locked.close()
    expect(await failure(locked.url)).toMatch(/^redis 127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\); see whether/)
    expect(await failure('redis://somewhere.example')).toBe(
      'The address of Redis must begin with rediss: beyond this machine, or allowInsecure must be true.',
    )
    expect(await failure('http://127.0.0.1')).toBe('The address of Redis must begin with redis:// or rediss://.')
  })
})
