import { setTimeout as delay } from 'node:timers/promises'
import { describe, it } from 'vitest'
import { openConnection } from '../../../../server/board/redis/connection/connection.ts'
import { namesOf } from '../../../../server/board/redis/keys.ts'
import type { Attempt } from '../../../../server/sources/source.ts'
import { needs } from '../../../helpers/parts.ts'
import { startProxy } from '../../../helpers/web/proxy.ts'
import { startRedis, type TestRedis } from '../../../helpers/programs/redis.ts'
import { until } from '../../../helpers/until.ts'
import { backendOn, realClock } from './backends.ts'
import { redisConfigOf } from './machines.ts'
import { createMailbox } from './sources.ts'

/** As if a collecting machine had sent its last heartbeat so long ago. */
const lastCollected = (redis: TestRedis, agoMs: number) =>
  redis.command('HSET', namesOf('mailbell').meta, 'collected', String(Date.now() - agoMs))

// At the same time, each with a Redis of its own, because some wait for seconds.
describe.runIf(needs('redis')).concurrent('with an outage of Redis', () => {
  const OUTAGES = [
    ['answers nothing', (redis: TestRedis) => redis.freeze(), 'unknown', async (redis: TestRedis) => redis.thaw()],
    ['has ended', (redis: TestRedis) => void redis.stop(), 'unavailable', (redis: TestRedis) => redis.start()],
  ] as const
  it.for(OUTAGES)(
    'a machine marks its numbers as stale where Redis %s for long, and as fresh again afterwards',
    async ([, away, outcome, back], { expect }) => {
      await using redis = await startRedis()
      await using backend = backendOn(redis.url)
      await backend.setSources([])
      expect(await backend.put([{ id: 'kim', counts: { unread: 3 } }])).toEqual({ kind: 'done' })
      const tag = backend.board.tag('*')
      away(redis)
      await until(() => backend.board.get('kim')?.status === 'stale')
      expect(backend.board.get('kim')).toMatchObject({ counts: { unread: 3 }, error: { code: 'network' } })
      expect(backend.board.tag('*')).not.toBe(tag)
      expect(await backend.put([{ id: 'kim', counts: { unread: 4 } }])).toEqual({ kind: outcome })
      await back(redis)
      await until(() => backend.board.get('kim')?.status === 'ok')
      expect(await backend.put([{ id: 'kim', counts: { unread: 4 } }])).toMatchObject({ kind: 'done' })
      expect(backend.board.get('kim')?.counts?.unread).toBe(4)
    },
  )

  it('a short one changes no number', async ({ expect }) => {
    await using redis = await startRedis()
    await using backend = backendOn(redis.url, { clock: realClock })
    await backend.setSources([])
    await backend.put([{ id: 'kim', counts: { unread: 3 } }])
    let notified = 0
    backend.board.subscribe(() => (notified += 1))
    await redis.command('CLIENT', 'KILL', 'TYPE', 'normal')
    await until(async () => (await backend.put([{ id: 'lee', counts: { unread: 1 } }])).kind === 'done')
    expect([backend.board.get('kim')?.status, notified]).toEqual(['ok', 1])
  })

  it('a machine whose subscription brings nothing any more connects again', async ({ expect }) => {
    await using redis = await startRedis()
    await using proxy = await startProxy(Number(new URL(redis.url).port))
    const lines: string[] = []
    await using backend = backendOn(`redis://127.0.0.1:${proxy.port}`, { lines })
    await backend.setSources([])
    const subscribed = String(await redis.command('CLIENT', 'LIST', 'TYPE', 'pubsub'))
    proxy.silence(Number(/ addr=127\.0\.0\.1:(\d+)/.exec(subscribed)?.[1]))
    await until(() => backend.isFresh?.() === false)
    await until(() => lines.some((line) => line.includes('does not answer')))
    await until(() => backend.isFresh?.())
    await backend.put([{ id: 'kim', counts: { unread: 3 } }])
    expect(backend.board.get('kim')?.counts?.unread).toBe(3)
  })

  it('a count that Redis lost before this machine received it is not confirmed', async ({ expect }) => {
    await using redis = await startRedis()
    await using proxy = await startProxy(Number(new URL(redis.url).port))
    await using backend = backendOn(`redis://127.0.0.1:${proxy.port}`, { clock: realClock })
    await backend.setSources([])
    const subscribed = String(await redis.command('CLIENT', 'LIST', 'TYPE', 'pubsub'))
    proxy.silence(Number(/ addr=127\.0\.0\.1:(\d+)/.exec(subscribed)?.[1]))
    const answered = backend.put([{ id: 'kim', counts: { unread: 3 } }])
    await until(() => redis.command('HEXISTS', namesOf('mailbell').accounts, 'kim'))
    await redis.stop()
    expect(await answered).toEqual({ kind: 'unknown' })
    await redis.start()
    await until(() => backend.isFresh?.())
    expect(backend.board.get('kim')).toBeUndefined()
  })

  it('a machine that starts without Redis waits for it', async ({ expect }) => {
    await using redis = await startRedis()
    await redis.stop()
    await using backend = backendOn(redis.url)
    let ready = false
    const started = backend.setSources([]).then(() => (ready = true))
    await delay(100)
    expect(ready).toBe(false)
    await redis.start()
    await started
  })

  it('a machine that starts without Redis can be closed', async () => {
    await using redis = await startRedis()
    await redis.stop()
    const backend = backendOn(redis.url)
    void backend.setSources([])
    await delay(50)
    await backend.close()
  })

  it('numbers of sources, but not pushed ones, are stale while no machine collects, and fresh again when one does', async ({ expect }) => {
    await using redis = await startRedis()
    const box = createMailbox()
    box.counts.set('kim', 3)
    await using front = backendOn(redis.url)
    await front.setSources([])
    await using collecting = backendOn(redis.url)
    await collecting.setSources([box.createSource(box.config)])
    await until(() => front.board.get('kim')?.status === 'ok')
    await front.put([{ id: 'pushed', counts: { unread: 1 } }])
    await collecting.close()
    await lastCollected(redis, 10_000)
    await until(() => front.board.get('kim')?.status === 'stale')
    expect(front.board.get('kim')).toMatchObject({ counts: { unread: 3 }, error: { code: 'network' }, checkedAtMs: expect.any(Number) })
    expect(front.board.get('pushed')?.status).toBe('ok')
    await using next = backendOn(redis.url)
    await next.setSources([box.createSource(box.config)])
    await until(() => front.board.get('kim')?.status === 'ok')
    expect(front.board.get('kim')?.error).toBeUndefined()
  })

  it('a number that the next collecting machine has not counted is fresh for ten seconds after the last heartbeat of the one before', async ({
    expect,
  }) => {
    await using redis = await startRedis()
    const box = createMailbox()
    box.counts.set('kim', 3)
    await using first = backendOn(redis.url)
    await first.setSources([box.createSource(box.config)])
    await until(() => first.board.get('kim')?.status === 'ok')
    await first.close()
    await lastCollected(redis, 10_000)
    await using next = backendOn(redis.url)
    const slow = {
      ...box.createSource(box.config),
      run: ({ signal }: Attempt) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
    }
    await next.setSources([slow])
    await until(() => next.board.get('kim')?.status === 'stale')
    expect(next.board.get('kim')).toMatchObject({ counts: { unread: 3 }, error: { message: expect.stringContaining('has just changed') } })
  })

  it('a write of a machine that no longer collects is rejected', async ({ expect }) => {
    await using redis = await startRedis()
    const names = namesOf('mailbell')
    const { commands, run, end } = await openConnection(redisConfigOf(redis.url))
    using ending = new DisposableStack()
    ending.defer(() => end())
    const heartbeat = (machine: string) =>
      commands.heartbeat(
        [names.meta, names.collector, names.seeding, names.accounts],
        [names.changes, '', machine, run, 'e~1~x', '', '0', '1', '15000', '10000'],
      )
    expect(await heartbeat('first')).toMatchObject({ collector: 'first', term: 1, seeding: 'first' })
    await commands.seeded([names.accounts, names.meta, names.seeding], ['first', '', '0'])
    const account = ['kim', '"box"', '1', '{"unread":1,"status":"ok"}']
    const write = (term: string, { deadline = String(Date.now() + 60_000), highest = '' } = {}) =>
      commands.write([names.accounts, names.meta, names.seeding], [names.changes, term, deadline, highest, '', ...account])
    expect(await write('1')).toMatchObject({ kind: 'done' })
    expect(await heartbeat('second')).toMatchObject({ collector: 'first', term: 1 })
    await commands.del(names.collector)
    expect(await heartbeat('second')).toMatchObject({ collector: 'second', term: 2 })
    expect(await write('1')).toEqual({ kind: 'fenced' })
    expect(await write('2')).toMatchObject({ kind: 'done' })
    // Nor one that comes late.
    expect(await write('2', { deadline: String(Date.now() - 1) })).toEqual({ kind: 'unavailable' })
    // Nor what a machine restores, over what came since.
    expect(await write('2', { highest: '1000000' })).toEqual({ kind: 'unavailable' })
    expect(await write('2', { highest: '1000001' })).toMatchObject({ kind: 'done' })
  })

  it('a machine that fills an epoch keeps others away for as long as it sends accounts, however many it has', async ({ expect }) => {
    await using redis = await startRedis()
    const names = namesOf('mailbell')
    const { commands, run, end } = await openConnection(redisConfigOf(redis.url))
    using ending = new DisposableStack()
    ending.defer(() => end())
    const keys = [names.accounts, names.meta, names.seeding]
    await commands.heartbeat(
      [names.meta, names.collector, names.seeding, names.accounts],
      [names.changes, '', 'first', run, 'e~1~x', '', '0', '0', '15000', '10000'],
    )
    expect(await commands.seed(keys, ['other', '60000'])).toBe(0)
    expect(Number(await redis.command('PTTL', names.seeding))).toBeLessThanOrEqual(10_000)
    expect(await commands.seed(keys, ['first', '60000', 'kim', '1', '1', '""', '{"unread":1,"status":"ok"}'])).toBe(1)
    expect(Number(await redis.command('PTTL', names.seeding))).toBeGreaterThan(10_000)
  })

  it.for([
    ['with a board', false, 'ok'],
    ['without one', true, 'stale'],
  ] as const)(
    'another machine %s ends what the first one has filled in part, and no account is lost',
    async ([, isEmpty, status], { expect }) => {
      await using redis = await startRedis()
      await using proxy = await startProxy(Number(new URL(redis.url).port))
      await using backend = backendOn(`redis://127.0.0.1:${proxy.port}`, { clock: realClock })
      await backend.setSources([])
      const names = namesOf('mailbell')
      const { commands, run, end } = await openConnection(redisConfigOf(redis.url))
      using ending = new DisposableStack()
      ending.defer(() => end())
      const keys = [names.accounts, names.meta, names.seeding]
      const heartbeat = (epoch: string, known: string, rev: number) =>
        commands.heartbeat(
          [names.meta, names.collector, names.seeding, names.accounts],
          [names.changes, '', 'first', run, epoch, known, String(rev), '1', '15000', '10000'],
        )
      const { epoch } = backend.board
      const { term } = await heartbeat('', epoch, 0)
      const accounts = ['kim', 'lee'].flatMap((id) => [id, '"box"', '1', '{"unread":3,"status":"ok"}'])
      const deadline = String(Date.now() + 60_000)
      expect(await commands.write(keys, [names.changes, String(term), deadline, '', '', ...accounts])).toMatchObject({ kind: 'done' })
      await until(() => backend.board.get('lee'))

      proxy.hold()
      await redis.command('FLUSHALL')
      const next = epoch.replace('~1~', '~2~')
      expect(await heartbeat(next, epoch, backend.board.rev)).toMatchObject({ epoch: next, seeding: 'first' })
      const kim = backend.board.get('kim')?.rev
      expect(await commands.seed(keys, ['first', '10000', 'kim', String(kim), '1', '"box"', '{"unread":3,"status":"ok"}'])).toBe(1)
      // It is killed, and its right expires.
      await redis.command('DEL', names.seeding)
      const push = ['new', '""', '1', '{"unread":1,"status":"ok"}']
      expect(await commands.write(keys, [names.changes, '', deadline, '', '', ...push])).toEqual({ kind: 'unavailable' })
      end()
      await using empty = isEmpty ? backendOn(redis.url, { clock: realClock }) : null
      await empty?.setSources([])
      await proxy.release()
      await until(() => backend.board.epoch === next)
      expect(['kim', 'lee'].map((id) => backend.board.get(id)?.counts?.unread)).toEqual([3, 3])
      // Where it was written anew, no source has counted it since.
      expect(['kim', 'lee'].map((id) => backend.board.get(id)?.status)).toEqual(['ok', status])
      expect(await redis.command('HEXISTS', names.accounts, 'lee')).toBe(1)
    },
  )

  it('an error is one sentence without secrets', async ({ expect }) => {
    await using locked = await startRedis('--requirepass', 'a-secret')
    const port = new URL(locked.url).port
    const failure = async (url: string): Promise<string> =>
      await openConnection(redisConfigOf(url)).then(
        () => 'none',
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      )
    expect(await failure(locked.url)).toBe(`redis 127.0.0.1:${port} requires a password; name it under redis.password in the config.`)
    expect(await failure(`redis://:wrong-secret@127.0.0.1:${port}`)).toBe(
      `redis 127.0.0.1:${port} rejects the name or the password; see redis.url and redis.password in the config.`,
    )
    expect(await failure(`redis://:a-secret@127.0.0.1:${port}`)).toBe('none')
    locked.freeze()
    expect(await failure(locked.url)).toBe(`redis 127.0.0.1:${port} does not answer; see whether it runs.`)
    locked.thaw()
    await locked.stop()
    expect(await failure(locked.url)).toMatch(/^redis 127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\); see whether/)
    expect(await failure('redis://somewhere.example')).toBe(
      'The address of Redis must begin with rediss: beyond this machine, or allowInsecure must be true.',
    )
    expect(await failure('http://127.0.0.1')).toBe('The address of Redis must begin with redis:// or rediss://.')
  })
})
