/** Two nodes that share a board of 100,000 accounts over Redis: the cost of a change that arrives at one and leaves at the other. */
import { startRedis } from '../test/helpers/programs/redis.ts'
import { send } from '../test/helpers/server.ts'
import { park, quantile } from './tools/load.ts'
import { cpuSecondsOf, residentBytesOf } from './tools/process.ts'
import { table } from './tools/table.ts'
import { READ, startMailbell, type Target } from './tools/target.ts'

const ACCOUNTS = 100_000
const PARKED = 5_000
const CHANGE_MS = 10_000

const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(0)
const userName = (i: number): string => `user${i}@example.org`

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const startedAt = performance.now()
  return [await work(), performance.now() - startedAt]
}

async function changes(from: Target, to: Target, lanes: number, users: readonly string[]): Promise<readonly string[]> {
  const crowd = await park({ ...to, change: from.change, changePort: from.port }, users, true)
  const pids = [...new Set([...from.pids, ...to.pids])]
  const cpuBefore = cpuSecondsOf(pids)
  const { latenciesMs, seconds } = await crowd.change(lanes, CHANGE_MS)
  const cpu = cpuSecondsOf(pids) - cpuBefore
  crowd.close()
  const share = (q: number): string => quantile(latenciesMs, q).toFixed(2)
  return [(latenciesMs.length / seconds).toFixed(0), ((cpu / latenciesMs.length) * 1e6).toFixed(0), share(0.5), share(0.99)]
}

export async function nodes(): Promise<void> {
  const redis = await startRedis()
  const options = { lines: [`redis: { url: "${redis.url}" }`] }
  const users = Array.from({ length: ACCOUNTS }, (_, i) => userName(i))
  const running: Target[] = []
  try {
    const [one, fillMs] = await timed(() => startMailbell(users, options))
    running.push(one)
    const [other, startMs] = await timed(() => startMailbell([], options))
    running.push(other)
    const [all] = await timed(() => send(other.port, 'GET', '/v1/accounts', { token: READ }))
    const known = all.json().accounts?.length ?? 0
    if (known !== ACCOUNTS) throw new Error(`The second node has ${known} accounts.`)
    const used = /used_memory:(\d+)/.exec(String(await redis.command('INFO', 'memory')))?.[1]
    console.log(`\n${ACCOUNTS} accounts over Redis
start and fill by PUT, s        ${(fillMs / 1000).toFixed(1)}
start of the second node, s     ${(startMs / 1000).toFixed(1)}
memory of Redis, MiB            ${mib(Number(used))}
memory of each node, MiB        ${running.map(({ pids }) => mib(residentBytesOf(pids))).join(', ')}

${PARKED} parked polls; a change is a PUT, a response and a new poll`)
    const some = users.slice(0, PARKED)
    console.log(
      table([
        ['', 'changes/s', 'CPU per change, us', 'p50, ms', 'p99, ms'],
        ['same node, 1 at a time', ...(await changes(one, one, 1, some))],
        ['across nodes, 1 at a time', ...(await changes(one, other, 1, some))],
        ['same node, 64 at once', ...(await changes(one, one, 64, some))],
        ['across nodes, 64 at once', ...(await changes(one, other, 64, some))],
      ]),
    )
  } finally {
    for (const target of running) await target.stop()
    await redis.close()
  }
}
