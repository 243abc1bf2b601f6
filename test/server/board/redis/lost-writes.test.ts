import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { needs } from '../../../helpers/parts.ts'
import { type Proxy, startProxy } from '../../../helpers/web/proxy.ts'
import { startRedis, type TestRedis } from '../../../helpers/programs/redis.ts'
import { until } from '../../../helpers/until.ts'
import { backendOn, realClock } from './backends.ts'

type Backend = ReturnType<typeof backendOn>

describe.runIf(needs('redis'))('with a Redis that comes back with an older state', () => {
  let redis: TestRedis
  let proxies: Proxy[]
  let backends: Backend[]
  beforeEach(async () => {
    redis = await startRedis()
    proxies = []
    backends = []
  })
  afterEach(async () => {
    await Promise.all(backends.map((backend) => backend.close()))
    await Promise.all(proxies.map((proxy) => proxy.close()))
    await redis.close()
  })

  async function startBackend(options: { readonly clock?: typeof realClock } = { clock: realClock }) {
    const proxy = await startProxy(Number(new URL(redis.url).port))
    proxies.push(proxy)
    const before = await subscribers()
    const backend = backendOn(`redis://127.0.0.1:${proxy.port}`, options)
    backends.push(backend)
    await backend.setSources([])
    const port = (await subscribers()).find((each) => !before.includes(each))
    return {
      ...backend,
      proxy,
      /** From now on it does not receive what is published. */
      silence: () => proxy.silence(port ?? 0),
      shows: (id: string) => backend.board.get(id)?.counts?.unread,
    }
  }

  const subscribers = async (): Promise<readonly number[]> =>
    Array.from(String(await redis.command('CLIENT', 'LIST', 'TYPE', 'pubsub')).matchAll(/ addr=127\.0\.0\.1:(\d+)/g), ([, port]) =>
      Number(port),
    )

  async function crash(): Promise<void> {
    await redis.stop()
    await redis.start()
  }

  const inNewEpoch = async ({ board, isFresh }: Backend, epoch: string): Promise<void> => {
    await until(() => board.epoch !== epoch && isFresh?.() === true)
  }

  it('what was pushed stays where a machine without a board finds an empty Redis before the others do', async () => {
    const late = await startBackend()
    await late.put(['kim', 'lee'].map((id) => ({ id, counts: { unread: 3 } })))
    late.proxy.hold()
    await crash()
    const first = await startBackend()
    expect(
      await first.put([
        { id: 'lee', counts: { unread: 1 } },
        { id: 'new', counts: { unread: 2 } },
      ]),
    ).toEqual({ kind: 'done' })
    const seen = new Set<number | undefined>()
    late.board.subscribe(() => seen.add(late.shows('kim')))
    await late.proxy.release()
    await until(() => late.board.epoch === first.board.epoch && late.isFresh?.())
    const all = ['kim', 'lee', 'new']
    await until(() => first.board.rev === late.board.rev)
    expect([first, late].map(({ shows }) => all.map(shows))).toEqual([
      [3, 1, 2],
      [3, 1, 2],
    ])
    expect([...seen]).toEqual([3])
  })

  it('what was removed does not come back with an older state of Redis, and what was pushed later stays', async () => {
    const [one, other] = [await startBackend({}), await startBackend({})]
    await one.put(['kim', 'lee'].map((id) => ({ id, counts: { unread: 3 } })))
    await redis.command('SAVE')
    await one.remove('kim')
    await one.put([{ id: 'lee', counts: { unread: 4 } }])
    await until(() => other.board.rev === one.board.rev)
    const { epoch } = one.board
    await crash()
    for (const backend of [one, other]) await inNewEpoch(backend, epoch)
    expect([one, other].map(({ shows }) => [shows('kim'), shows('lee')])).toEqual([
      [undefined, 4],
      [undefined, 4],
    ])
  })

  it('what was removed does not come back with a machine that had not received that', async () => {
    const [behind, other] = [await startBackend(), await startBackend()]
    await other.put([{ id: 'kim', counts: { unread: 3 } }])
    await until(() => behind.shows('kim') === 3)
    const { epoch } = behind.board
    behind.silence()
    expect(await other.remove('kim')).toEqual({ kind: 'done' })
    await redis.command('SAVE')
    await redis.stop()
    await other.close()
    await redis.start()
    await inNewEpoch(behind, epoch)
    expect(behind.shows('kim')).toBeUndefined()
  })

  it('what is removed afterwards does not come back with a machine that connects later', async () => {
    const [first, late] = [await startBackend(), await startBackend()]
    await first.put([{ id: 'kim', counts: { unread: 3 } }])
    await until(() => late.shows('kim') === 3)
    const { epoch } = first.board
    await redis.command('SAVE')
    late.proxy.hold()
    await crash()
    await inNewEpoch(first, epoch)
    expect(await first.remove('kim')).toEqual({ kind: 'done' })
    await late.proxy.release()
    await inNewEpoch(late, epoch)
    expect([first, late].map(({ shows }) => shows('kim'))).toEqual([undefined, undefined])
  })

  it.each([
    ['all accounts', ['DEL']],
    ['one account', ['HDEL', 'kim']],
  ] as const)('%s that Redis has lost, but not the rest, come back', async (_, [command, ...fields]) => {
    const [one, other] = [await startBackend(), await startBackend()]
    await one.put(['kim', 'lee'].map((id) => ({ id, counts: { unread: 3 } })))
    await one.put([{ id: 'gone', counts: { unread: 1 } }])
    await one.remove('gone')
    await until(() => other.shows('lee') === 3)
    const seen = new Set<number | undefined>()
    other.board.subscribe(() => seen.add(other.shows('kim')))
    await redis.command(command, '{mailbell}:accounts', ...fields)
    // Refused at first: a write would hide that something is missing.
    expect(await one.put([{ id: 'new', counts: { unread: 2 } }])).toEqual({ kind: 'unavailable' })
    const { epoch } = one.board
    await Promise.all([one, other].map((backend) => inNewEpoch(backend, epoch)))
    expect(await one.put([{ id: 'new', counts: { unread: 2 } }])).toEqual({ kind: 'done' })
    await until(() => other.shows('new') === 2)
    for (const { shows } of [one, other]) expect(['kim', 'lee', 'new', 'gone'].map(shows)).toEqual([3, 3, 2, undefined])
    expect([...seen]).toEqual([3])
    expect(await redis.command('HLEN', '{mailbell}:accounts')).toBe(3)
  })

  it('an account that an older Mailbell removes, which notes no size, is not taken for lost', async () => {
    const one = await startBackend()
    await one.put(['kim', 'lee'].map((id) => ({ id, counts: { unread: 3 } })))
    const { epoch } = one.board
    await redis.command('HDEL', '{mailbell}:accounts', 'kim')
    await redis.command('HINCRBY', '{mailbell}:meta', 'rev', '1')
    expect(await one.put([{ id: 'lee', counts: { unread: 4 } }])).toEqual({ kind: 'done' })
    expect(one.board.epoch).toBe(epoch)
  })

  it('a machine that restores a number never shows the one before as fresh', async () => {
    const [behind, late] = [await startBackend(), await startBackend()]
    await late.put([{ id: 'kim', counts: { unread: 3 } }])
    await until(() => behind.shows('kim') === 3)
    const { epoch } = behind.board
    await redis.command('SAVE')
    behind.silence()
    expect(await late.put([{ id: 'kim', counts: { unread: 4 } }])).toEqual({ kind: 'done' })
    late.proxy.hold()
    await crash()
    await inNewEpoch(behind, epoch)
    const fresh = new Set<number | undefined>()
    late.board.subscribe(() => void (late.board.get('kim')?.status === 'ok' && fresh.add(late.shows('kim'))))
    await late.proxy.release()
    await until(() => behind.shows('kim') === 4)
    await inNewEpoch(late, epoch)
    expect([...fresh]).toEqual([4])
  })
})
