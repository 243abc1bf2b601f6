import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Connection, openConnection } from '../../../server/board/redis/connection/connection.ts'
import { namesOf } from '../../../server/board/redis/keys.ts'
import { needs } from '../../helpers/parts.ts'
import { startRedis, type TestRedis } from '../../helpers/programs/redis.ts'
import { until } from '../../helpers/until.ts'
import { createRandom, type Random } from '../../truth/random.ts'
import { redisConfigOf } from '../../server/board/redis/machines.ts'
import { createSimRedis } from './redis.ts'

const OPERATIONS = 600
const MACHINES = ['m1', 'm2']
const IDS = ['a', 'b', 'c', 'd', 'e']
const FAR = String(2 ** 50)
const LEASE = '60000'

type Operation = readonly [name: 'heartbeat' | 'write' | 'seed' | 'seeded' | 'resign', args: readonly string[]]

const names = namesOf('mailbell')
const keysOf = {
  heartbeat: [names.meta, names.collector, names.seeding, names.accounts],
  write: [names.accounts, names.meta, names.seeding],
  seed: [names.accounts, names.meta, names.seeding],
  seeded: [names.accounts, names.meta, names.seeding],
  resign: [names.collector],
}

function randomOperation(draw: Random): Operation {
  const pick = <T>(...from: readonly [T, ...T[]]): T => from[draw(from.length)] ?? from[0]
  const oneIn = (many: number): boolean => draw(many) === 0
  const machine = (): string => MACHINES[draw(MACHINES.length)] ?? ''
  const body = (): string => (oneIn(6) ? '' : `{"unread":${draw(3)},"status":"ok"}`)
  const time = (): string => pick('', '5', '6', '5:70:8')
  const account = () => [IDS[draw(IDS.length)] ?? '', oneIn(12) ? '"box"' : '""', time(), body()]
  const rev = (): string => String(draw(40))
  const kind = draw(20)
  if (kind < 3) {
    const epochs = [pick('e~1~x', 'e~2~y', 'e~3~z'), pick('', 'e~1~x', 'e~2~y')]
    return ['heartbeat', ['echoes', 'echo', machine(), pick('run1', 'run1', 'run2'), ...epochs, rev(), pick('0', '1'), LEASE, LEASE]]
  }
  if (kind === 3) return ['resign', [machine()]]
  if (kind === 4) return ['seed', [machine(), LEASE, IDS[draw(IDS.length)] ?? '', rev(), time(), '""', '{"unread":9,"status":"ok"}']]
  if (kind < 7) return ['seeded', [machine(), 'e~1~x', rev()]]
  const limits = [pick('', '', '', '1', '2'), pick(FAR, FAR, FAR, '0'), pick('', '', '', rev()), pick('', '', '', '1')]
  // One account once in a write, as machines do.
  const accounts = new Map(Array.from({ length: 1 + draw(3) }, account).map((each) => [each[0], each]))
  return ['write', [names.changes, ...limits, ...Array.from(accounts.values()).flat()]]
}

describe.runIf(needs('redis'))('the simulated Redis', () => {
  let redis: TestRedis
  let connection: Connection
  beforeEach(async () => {
    redis = await startRedis()
    connection = await openConnection(redisConfigOf(redis.url))
  })
  afterEach(async () => {
    connection.end()
    await redis.close()
  })

  it.each([1, 2, 3])('replies, stores and publishes as a real one: seed %d', async (seed) => {
    const draw = createRandom(seed)
    const published: unknown[] = []
    const simPublished: unknown[] = []
    const listen = (text: string): unknown => JSON.parse(text)
    await connection.subscribe(names.changes, listen, (message) => published.push(message))
    const sim = createSimRedis(Date.now, (channel, text) => (channel === names.changes ? simPublished.push(JSON.parse(text)) : 0))
    for (let i = 0; i < OPERATIONS; i++) {
      const [name, args] = randomOperation(draw)
      const real: object | number = await connection.commands[name](keysOf[name], args)
      const simulated: object | number = name === 'resign' ? sim.resign(args[0] ?? '') : sim[name](args)
      // The time of the call is of no interest.
      const timeless = (reply: object | number): object | number =>
        typeof reply === 'number' ? reply : { ...reply, timeMs: 0, collectedMs: 0 }
      expect([name, args, timeless(simulated)]).toEqual([name, args, timeless(real)])
    }
    const { entries } = await connection.commands.hScan(names.accounts, '0', { COUNT: 100 })
    const sorted = (all: typeof entries) => all.map(({ field, value }) => `${field} ${value}`).toSorted()
    expect(sorted(sim.hScan('0', 100).entries)).toEqual(sorted(entries))
    await until(() => published.length >= simPublished.length)
    expect(simPublished).toEqual(published)
    expect(published.length).toBeGreaterThan(20)
  })
})
