/** The memory of an account on the board of one machine, and on each of two machines that share a board over Redis. */
import { startRedis } from '../test/helpers/programs/redis.ts'
import { send } from '../test/helpers/server.ts'
import { anonymousBytesOf, cpuSecondsOf } from './tools/process.ts'
import { table } from './tools/table.ts'
import { type MailbellTarget, READ, startMailbell } from './tools/target.ts'

const SIZES = [100_000, 1_000_000]
const LIMITS = 'pushedAccounts: 2000000, pushedAccountsPerToken: 2000000, pushedBytes: 1000000000, pushedBytesPerToken: 1000000000'

interface Measured {
  readonly name: string
  readonly seconds: number
  readonly cpuSeconds: number
  readonly heapBytes: number
  readonly anonymousBytes: number
}

async function measured(start: () => Promise<MailbellTarget>, name: string, running: MailbellTarget[]): Promise<Measured> {
  const startedAtMs = performance.now()
  const target = await start()
  running.push(target)
  const seconds = (performance.now() - startedAtMs) / 1000
  const anonymousBytes = anonymousBytesOf(target.pids)
  const cpuSeconds = cpuSecondsOf(target.pids)
  return { name, seconds, cpuSeconds, anonymousBytes, heapBytes: await target.heapBytes() }
}

async function measuredBoards(accounts: number): Promise<readonly Measured[]> {
  const users = Array.from({ length: accounts }, (_, i) => `user${i}@example.org`)
  const running: MailbellTarget[] = []
  const stop = async (): Promise<void> => {
    for (const target of running.splice(0)) await target.stop()
  }
  try {
    const own = await measured(() => startMailbell(users, { limits: LIMITS }), 'own board, filled by PUT', running)
    await stop()
    const redis = await startRedis()
    try {
      const options = { limits: LIMITS, lines: [`redis: { url: "${redis.url}" }`] }
      const first = await measured(() => startMailbell(users, options), 'shared board, filled by PUT', running)
      const second = await measured(() => startMailbell([], options), 'shared board, second machine', running)
      const last = users.at(-1) ?? ''
      const { status } = await send(running.at(-1)?.port ?? 0, 'GET', `/v1/accounts/${last}`, { token: READ })
      if (status !== 200) throw new Error(`The second machine answered ${status}.`)
      return [own, first, second]
    } finally {
      await stop()
      await redis.close()
    }
  } finally {
    await stop()
  }
}

export async function memory(): Promise<void> {
  const empty = new Map<string, Measured>()
  for (const { name, ...rest } of await measuredBoards(1)) empty.set(name, { name, ...rest })
  for (const accounts of SIZES) {
    const each = (bytes: number, base = 0): string => ((bytes - base) / accounts).toFixed(0)
    const rows = (await measuredBoards(accounts)).map(({ name, seconds, cpuSeconds, heapBytes, anonymousBytes }) => {
      const before = empty.get(name)
      return [
        name,
        seconds.toFixed(1),
        cpuSeconds.toFixed(1),
        each(heapBytes, before?.heapBytes),
        each(anonymousBytes, before?.anonymousBytes),
        (anonymousBytes / 1e6).toFixed(0),
      ]
    })
    console.log(`\n${accounts} accounts
${table([['', 'start and fill, s', 'CPU, s', 'heap per account, bytes', 'anonymous memory per account', 'in all, MB'], ...rows])}`)
  }
}
