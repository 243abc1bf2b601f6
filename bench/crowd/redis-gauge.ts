/** What Redis itself reports of its work. */
import type { TestRedis } from '../../test/helpers/redis.ts'

const CPU = /^used_cpu_(?:sys|user):([\d.]+)/gm
const COMMAND = /^cmdstat_([^:]+):calls=(\d+),usec=(\d+)/gm

export type RedisGauge = ReturnType<typeof createRedisGauge>

export function createRedisGauge({ command }: Pick<TestRedis, 'command'>) {
  const info = async (section: string): Promise<string> => String(await command('INFO', section))
  return {
    async bytes(): Promise<number> {
      return Number(/^used_memory:(\d+)/m.exec(await info('memory'))?.[1])
    },
    /** The CPU time of its main process so far. */
    async cpuSeconds(): Promise<number> {
      return Array.from((await info('cpu')).matchAll(CPU)).reduce((sum, [, seconds]) => sum + Number(seconds), 0)
    },
    /** Of each command so far: how often it ran, and for how many microseconds in all. A script includes its commands. */
    async commands(): Promise<ReadonlyMap<string, { readonly calls: number; readonly micros: number }>> {
      const stats = (await info('commandstats')).matchAll(COMMAND)
      return new Map(Array.from(stats, ([, name = '', calls, micros]) => [name, { calls: Number(calls), micros: Number(micros) }]))
    },
  }
}
