/** What Redis itself reports of its work. */
import type { TestRedis } from '../../test/helpers/programs/redis.ts'

const CPU = /^used_cpu_(?:sys|user):([\d.]+)/gm
const SCRIPTS = /^cmdstat_evalsha:calls=(\d+),usec=(\d+)/m

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
    /** The scripts so far: how many ran, and for how many microseconds in all. */
    async scripts(): Promise<{ readonly calls: number; readonly micros: number }> {
      const [, calls, micros] = SCRIPTS.exec(await info('commandstats')) ?? []
      return { calls: Number(calls), micros: Number(micros) }
    },
  }
}
