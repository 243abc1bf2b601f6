import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createBoard } from '../../../../server/board/board.ts'
import { createRedisBackend } from '../../../../server/board/redis/backend.ts'
import { createCollector } from '../../../../server/collector/collector.ts'
import { createMachine, createSimClock, type SimClock } from '../../../simulation/clock.ts'
import { createRedisNetwork, type RedisNetwork } from '../../../simulation/crowd/network.ts'
import { redisConfigOf, silent } from './machines.ts'
import { createMailbox } from './sources.ts'

let clock: SimClock
let network: RedisNetwork
let names: number
beforeEach(() => {
  clock = createSimClock(0)
  network = createRedisNetwork(clock, () => 0.5)
  names = 0
})
afterEach(() => clock.pass(60_000))

/** A machine on a simulated Redis, on a clock that is moved by hand. */
function start() {
  const process = createMachine(clock, true).start()
  const deps = { now: process.monotonic, schedule: process.schedule, random: () => 0.5, log: silent }
  const defer = (callback: () => void): void => void process.schedule(callback, 0)
  const intake = createBoard('intake', clock.now)
  const collector = createCollector({ ...deps, defer, board: intake })
  const id = `machine${(names += 1)}`
  /** What Redis is asked for by this machine. */
  const calls = { pages: 0, collectors: new Set<string>() }
  let pageMs = 0
  let isSilent = false
  const backend = createRedisBackend({
    ...deps,
    defer,
    intake,
    collector,
    config: redisConfigOf('redis://simulated'),
    wallClock: () => Math.floor(clock.now()),
    newId: () => `${id}x${(names += 1)}`,
    async connect() {
      const connection = await network.connect(process)
      const { commands, subscribe } = connection
      return {
        ...connection,
        commands: {
          ...commands,
          async heartbeat(...args) {
            const reply = await commands.heartbeat(...args)
            calls.collectors.add(reply.collector)
            return reply
          },
          async hScan(...args) {
            calls.pages += 1
            await new Promise<void>((resolve) => process.schedule(resolve, pageMs))
            return commands.hScan(...args)
          },
        },
        subscribe: (channel, parse, listen) => subscribe(channel, parse, (message) => isSilent || listen(message)),
      }
    },
  })
  return {
    backend,
    calls,
    /** From now on, each page takes so long. */
    slowDown: (ms: number) => (pageMs = ms),
    /** From now on it does not receive what is published. */
    silence: () => (isSilent = true),
    async close(): Promise<void> {
      const closed = backend.close()
      await clock.pass(5_000)
      await closed
    },
  }
}

async function fill(count: number): Promise<void> {
  const { backend, close } = start()
  void backend.setSources([])
  await clock.pass(1_000)
  for (let at = 0; at < count; at += 1_000) {
    const put = backend.put(Array.from({ length: 1_000 }, (_, i) => ({ id: `user${at + i}`, counts: { unread: 1 } })))
    await clock.pass(1_000)
    expect(await put).toMatchObject({ kind: 'done' })
  }
  await close()
}

describe('a session with Redis', () => {
  it('that ends in the middle of a heartbeat leaves no timer', async () => {
    const { backend, silence, close } = start()
    void backend.setSources([])
    await clock.pass(1_000)
    silence()
    await clock.pass(3_000)
    await close()
    expect(clock.pending).toBe(0)
  })

  it('that ends while it reads the accounts reads no more of them', async () => {
    await fill(20_000)
    const { backend, calls, close } = start()
    void backend.setSources([])
    while (calls.pages < 3) await clock.pass(1)
    await close()
    expect(calls.pages).toBeLessThan(6)
  })

  it('keeps the right to collect for as long as it reads the accounts', async () => {
    await fill(20_000)
    const { createSource, config } = createMailbox()
    const [slow, other] = [start(), start()]
    slow.slowDown(100)
    void slow.backend.setSources([createSource(config)])
    await clock.pass(1_000)
    void other.backend.setSources([createSource(config)])
    await clock.pass(25_000)
    expect(slow.backend.isFresh?.()).toBe(true)
    expect(other.calls.collectors).toEqual(slow.calls.collectors)
    expect(slow.calls.collectors.size).toBe(1)
    await Promise.all([slow, other].map(({ close }) => close()))
  })
})
