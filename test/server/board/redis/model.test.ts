import type { Agent } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { needs } from '../../../helpers/parts.ts'
import { startRedis, type TestRedis } from '../../../helpers/programs/redis.ts'
import { pollUntilAborted } from '../../../helpers/web/pollers.ts'
import { randomFrom } from '../../../helpers/random.ts'
import { send } from '../../../helpers/server.ts'
import { until } from '../../../helpers/until.ts'
import { type Machine, startMachine } from './machines.ts'

const ACCOUNTS = ['a', 'b', 'c', 'd']
const POLLERS = 12
const CHANGES = 250

/** What is done to Redis while counts are pushed, at this many of the changes. */
const TROUBLES: readonly (readonly [string, number, (redis: TestRedis) => Promise<unknown>])[] = [
  ['nothing goes wrong', 0, async () => undefined],
  ['the connections that listen are cut', 8, (redis) => redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub')],
  ['all connections are cut', 6, (redis) => redis.command('CLIENT', 'KILL', 'TYPE', 'normal')],
  [
    'messages are lost',
    6,
    // A step that nobody hears of, as when a subscriber was too slow.
    (redis) => redis.command('EVAL', `return redis.call('HINCRBY', '{mailbell}:meta', 'rev', 1)`, '0'),
  ],
  [
    'Redis is killed, and comes back with nothing',
    2,
    async (redis) => {
      await redis.stop()
      await redis.start()
    },
  ],
]

interface Poller {
  readonly path: string
  readonly faults: string[]
  tag: string
  counts: ReadonlyMap<string, number>
}

describe.runIf(needs('redis'))('clients that ask a different machine each time', () => {
  let redis: TestRedis
  let machines: readonly Machine[]
  beforeEach(async () => {
    redis = await startRedis()
    machines = await Promise.all(Array.from({ length: 3 }, () => startMachine(redis)))
  })
  afterEach(async () => {
    await Promise.all(machines.map((machine) => machine.close()))
    await redis.close()
  })

  it.each(TROUBLES)(
    'never see a number go back, and in the end all know the last ones: %s',
    async (_, times, trouble) => {
      const random = randomFrom(20261123 + times)
      const anyMachine = (): number => machines[Math.floor(random() * machines.length)]?.port ?? 0
      const ended = new AbortController()

      /** Pushed until it is taken, as a program would. */
      async function push(id: string, unread: number): Promise<void> {
        await until(
          async () => (await send(anyMachine(), 'PUT', `/v1/accounts/${id}`, { token: 'feeder', body: { unread } })).status === 204,
          30_000,
        )
      }
      for (const id of ACCOUNTS) await push(id, 0)
      await until(() => machines.every(({ board }) => ACCOUNTS.every((id) => board.get(id))))

      const pollers = Array.from({ length: POLLERS }, (__, i): Poller => {
        const path = i % 2 === 0 ? '/v1/accounts' : `/v1/accounts/${ACCOUNTS[i % ACCOUNTS.length]}`
        return { path, faults: [], tag: '', counts: new Map() }
      })

      async function pollOnce(poller: Poller, agent: Agent): Promise<void> {
        const { path, faults, tag } = poller
        const headers = tag === '' ? {} : { 'if-none-match': tag, prefer: `wait=${random() < 0.1 ? 1 : 10}` }
        const answer = await send(anyMachine(), 'GET', path, { agent, headers, signal: ended.signal }).catch(() => null)
        if (!answer) return
        if (answer.status === 304) {
          if (answer.headers.etag !== tag) faults.push(`304 for ${answer.headers.etag}, had ${tag}`)
          return
        }
        if (answer.status !== 200) return void faults.push(`status ${answer.status}`)
        const body = answer.json()
        const accounts = body.accounts ?? [body]
        const counts = new Map(accounts.map((account) => [String(account['id']), Number(account['unread'])]))
        for (const [id, unread] of counts) {
          const before = poller.counts.get(id) ?? 0
          if (unread < before) faults.push(`${id} is ${unread} at ${answer.headers.etag}, was ${before} at ${tag}`)
        }
        Object.assign(poller, { tag: answer.headers.etag, counts })
      }

      const running = pollUntilAborted(pollers, pollOnce, { ended: ended.signal, random })

      // Each account is counted by one program, upwards.
      const last = new Map(ACCOUNTS.map((id) => [id, 0]))
      for (let i = 0; i < CHANGES; i++) {
        const id = ACCOUNTS[Math.floor(random() * ACCOUNTS.length)] ?? 'a'
        const unread = (last.get(id) ?? 0) + 1
        last.set(id, unread)
        await push(id, unread)
        if (times > 0 && i % Math.floor(CHANGES / (times + 1)) === 0 && i > 0) await trouble(redis)
      }
      const knowsTheLast = ({ counts }: Poller): boolean => counts.size > 0 && [...counts].every(([id, unread]) => last.get(id) === unread)
      await until(() => pollers.every(knowsTheLast), 30_000)
      ended.abort()
      await running
      expect(pollers.flatMap(({ faults }) => faults)).toEqual([])
    },
    90_000,
  )
})
