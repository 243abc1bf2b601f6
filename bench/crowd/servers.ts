/** Servers that share a board over one Redis. One that has ended is replaced by another, at a port of its own. */
import { startRedis } from '../../test/helpers/programs/redis.ts'
import { withLimit } from '../tools/limit.ts'
import { createRedisGauge } from './redis-gauge.ts'
import { type MailbellTarget, startMailbell } from '../tools/target.ts'

const START_SECONDS = 90
const END_SECONDS = 60

export type Servers = Awaited<ReturnType<typeof startServers>>

/** @param users are created by the first server */
export async function startServers(count: number, users: readonly string[]) {
  const redis = await startRedis()
  const gauge = createRedisGauge(redis)
  const all: MailbellTarget[] = []
  const start = async (created: readonly string[]): Promise<MailbellTarget> => {
    const options = { lines: [`redis: { url: "${redis.url}" }`] }
    const target = await withLimit('the start of a server', START_SECONDS, startMailbell(created, options))
    all.push(target)
    return target
  }
  const close = async (): Promise<void> => {
    await Promise.all(all.map((target) => target.stop()))
    await redis.close()
  }
  try {
    const bytesBefore = await gauge.bytes()
    const running = [await start(users)]
    while (running.length < count) running.push(await start([]))
    return {
      running: running as readonly MailbellTarget[],
      ports: (): readonly number[] => running.map(({ port }) => port),
      pids: (): readonly number[] => running.flatMap(({ pids }) => pids),
      redis: gauge,
      /** What each account takes in Redis, with its share of all else. */
      redisBytesPerUser: async (): Promise<number> => ((await gauge.bytes()) - bytesBefore) / users.length,
      /** Starts one more server, and removes `old` from the ports: a balancer sends it nothing from now on. */
      async replace(old: MailbellTarget): Promise<void> {
        const target = await start([])
        running.splice(running.indexOf(old), 1, target)
      },
      end: (target: MailbellTarget, signal: NodeJS.Signals): Promise<number | string> =>
        withLimit('the end of a server', END_SECONDS, target.end(signal)),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
