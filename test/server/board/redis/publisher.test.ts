import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createBoard } from '../../../../server/board/board.ts'
import { createMachine } from '../../../../server/board/redis/machine.ts'
import { createPublisher } from '../../../../server/board/redis/publisher.ts'
import { createCollector } from '../../../../server/collector/collector.ts'
import { createMachine as createSimMachine, createSimClock } from '../../../simulation/clock.ts'
import { createRedisNetwork } from '../../../simulation/crowd/network.ts'
import { redisConfigOf, silent } from './machines.ts'

it.each([
  ['publishes when its sources have counted', () => undefined, { box: '1000' }],
  ['publishes no times once its term is over', (close: () => void) => close(), {}],
])('a collecting machine %s', async (_, end, published) => {
  const clock = createSimClock(1_000)
  const network = createRedisNetwork(clock, () => 0.5)
  const process = createSimMachine(clock, true).start()
  const defer = (callback: () => void): void => void process.schedule(callback, 0)
  const intake = createBoard('intake', clock.now)
  const deps = { now: process.monotonic, schedule: process.schedule, random: () => 0.5, log: silent, defer }
  const collector = createCollector({ ...deps, board: intake })
  const config = redisConfigOf('redis://simulated')
  const machine = createMachine({ ...deps, config, intake, collector, wallClock: clock.now, newId: () => 'one' })
  const connecting = network.connect(process)
  await clock.pass(10)
  machine.connection = await connecting
  intake.apply(Array.from({ length: 1_200 }, (__, i) => ({ id: `user${i}`, counts: { unread: 1 }, checkedAtMs: 1_000 })))
  const publisher = createPublisher(machine, () => 'box')
  publisher.continueIn(1, 'e~1~x')
  end(publisher.close)
  await setImmediate()
  await clock.pass(1_000)
  publisher.close()
  expect(network.redis.confirmed()).toEqual(published)
})
