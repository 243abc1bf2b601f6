import { mkdir, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { needs } from '../../../helpers/parts.ts'
import { startRedis, type TestRedis } from '../../../helpers/programs/redis.ts'
import { until } from '../../../helpers/until.ts'
import { createSimClock } from '../../../simulation/clock.ts'
import { backendOn } from './backends.ts'

const config = (redis: TestRedis, ...words: string[]) => redis.command('CONFIG', 'SET', ...words)
const acl = (redis: TestRedis, ...rights: string[]) => redis.command('ACL', 'SETUSER', 'default', ...rights)

/** Where Redis would write its dump: a folder of that name keeps it from that. */
async function dumpPath(redis: TestRedis): Promise<string> {
  const { dir } = (await redis.command('CONFIG', 'GET', 'dir')) as { readonly dir: string }
  return join(dir, 'dump.rdb')
}
async function save(redis: TestRedis, result: 'ok' | 'err'): Promise<void> {
  await redis.command('BGSAVE')
  await until(async () => String(await redis.command('INFO', 'persistence')).includes(`rdb_last_bgsave_status:${result}`))
}

/** How Redis comes to take no writes, what the log then says, and how it takes them again. */
const REFUSALS: readonly (readonly [string, string, (redis: TestRedis) => Promise<unknown>, (redis: TestRedis) => Promise<unknown>])[] = [
  ['has no memory left', 'has no memory left', (redis) => config(redis, 'maxmemory', '1000'), (redis) => config(redis, 'maxmemory', '0')],
  ['does not allow HSET', 'does not allow this user', (redis) => acl(redis, '-hset'), (redis) => acl(redis, '+hset')],
  ['does not allow scripts', 'does not allow this user', (redis) => acl(redis, '-@scripting'), (redis) => acl(redis, '+@scripting')],
  ['does not allow PUBLISH', 'does not allow this user', (redis) => acl(redis, '-publish'), (redis) => acl(redis, '+publish')],
  [
    'allows only reading of the accounts',
    'does not allow this user',
    (redis) => acl(redis, 'resetkeys', '%R~{mailbell}:accounts', '~{mailbell}:meta', '~{mailbell}:collector'),
    (redis) => acl(redis, 'allkeys'),
  ],
  [
    'has become a replica',
    'is a replica that cannot be written',
    (redis) => redis.command('REPLICAOF', '127.0.0.1', '1'),
    (redis) => redis.command('REPLICAOF', 'NO', 'ONE'),
  ],
  [
    'has too few replicas',
    'has too few replicas',
    (redis) => config(redis, 'min-replicas-to-write', '1'),
    (redis) => config(redis, 'min-replicas-to-write', '0'),
  ],
  [
    'pauses its clients',
    'does not answer; see whether it runs',
    // A pause of all would also hold back the command that ends it.
    (redis) => redis.command('CLIENT', 'PAUSE', '600000', 'WRITE'),
    (redis) => redis.command('CLIENT', 'UNPAUSE'),
  ],
  [
    'cannot save',
    'cannot save its data',
    async (redis) => {
      await mkdir(await dumpPath(redis))
      await config(redis, 'save', '3600 1')
      await save(redis, 'err')
    },
    async (redis) => {
      await rmdir(await dumpPath(redis))
      await save(redis, 'ok')
    },
  ],
]

describe.runIf(needs('redis'))('with a Redis that answers and takes no writes', () => {
  let redis: TestRedis
  beforeEach(async () => {
    redis = await startRedis()
  })
  afterEach(() => redis.close())

  it.each(REFUSALS)(
    'numbers become stale, counts are refused, and the log names the cause once, until it takes them again: it %s',
    async (_, cause, refuse, allow) => {
      const lines: string[] = []
      const backend = backendOn(redis.url, { lines })
      await backend.setSources([])
      await backend.put([{ id: 'kim', counts: { unread: 3 } }])
      await refuse(redis)
      await until(() => backend.board.get('kim')?.status === 'stale')
      expect(backend.isFresh?.()).toBe(false)
      expect((await backend.put([{ id: 'kim', counts: { unread: 4 } }])).kind).toMatch(/unavailable|unknown/)
      await until(() => lines.some((line) => line.includes('"warn"')))
      expect(lines.filter((line) => line.includes('"warn"')).map((line) => line.includes(cause))).toEqual([true])
      await allow(redis)
      await until(() => backend.board.get('kim')?.status === 'ok')
      expect(backend.board.get('kim')?.counts?.unread).toBe(3)
      expect(lines.filter((line) => line.includes('works again'))).toHaveLength(1)
      await until(async () => (await backend.put([{ id: 'kim', counts: { unread: 5 } }])).kind === 'done')
      await backend.close()
    },
    40_000,
  )

  it.each<[string, () => unknown, () => unknown]>([
    ['answers nothing', () => redis.freeze(), () => redis.thaw()],
    ['takes no writes', () => config(redis, 'maxmemory', '1000'), () => config(redis, 'maxmemory', '0')],
  ])('numbers are fresh for exactly ten seconds after the last heartbeat: it %s', async (_, away, back) => {
    const clock = createSimClock(1_000)
    const backend = backendOn(redis.url, { clock })
    await backend.setSources([])
    await backend.put([{ id: 'kim', counts: { unread: 3 } }])
    const status = () => backend.board.get('kim')?.status
    await away()
    await clock.pass(9_999)
    expect(status()).toBe('ok')
    await clock.pass(1)
    expect(status()).toBe('stale')
    await back()
    await backend.close()
  })
})
