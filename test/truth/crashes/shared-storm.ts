/** The same with two servers that share a board: either of them crashes, or Redis does. */
import { setTimeout as delay } from 'node:timers/promises'
import type { PollLoop } from '../../../client/poll-loop.ts'
import { randomFrom } from '../../helpers/random.ts'
import { startRedis } from '../../helpers/programs/redis.ts'
import { temporaryFolder } from '../../helpers/tmp.ts'
import { until } from '../../helpers/until.ts'
import { startFeeder } from './feeder.ts'
import { createLedger } from './ledger.ts'
import { type ReaderCounts, startReader } from './readers.ts'
import { type CrashServer, createServer, tokenOf } from './server.ts'
import { checkServer, idsOf, type StormOptions, untilAllShow } from './storm.ts'

type SharedCrash = 'restart of a server' | 'kill of a server' | 'kill of Redis'

/** What Redis itself writes to its disk: each write before it replies, once a second, or nothing. */
type Persistence = 'always' | 'everysec' | 'none'

export interface SharedStormOptions extends Omit<StormOptions, 'crashes' | 'disk'> {
  readonly crashes: readonly SharedCrash[]
  readonly persistence: Persistence
}

const CALM_MS = 1_000
const RECONNECT_MS = 90_000

export async function runSharedStorm(options: SharedStormOptions) {
  const { clients, accounts, listLength, crashes, persistence, seed, kick = false, onProgress } = options
  const random = randomFrom(seed)
  const ledger = createLedger()
  const counts: ReaderCounts = { answers: 0, unchanged: 0, failed: 0 }
  const ids = idsOf(accounts)
  const redis = await startRedis(...(persistence === 'none' ? [] : ['--appendonly', 'yes', '--appendfsync', persistence]))
  const folder = await temporaryFolder()
  const servers = await Promise.all(['one', 'other'].map((name) => createServer({ name, dataDir: folder.path, ids, redisUrl: redis.url })))
  const loops: { readonly server: CrashServer; readonly id: string; readonly loop: PollLoop }[] = []
  const loopsOf = (server: CrashServer) => loops.filter((each) => each.server === server).map(({ id, loop }) => [id, loop] as const)
  const live = (): boolean => loops.every(({ loop }) => loop.view.link.phase === 'live')
  const check = async (): Promise<void> => {
    for (const server of servers) await checkServer(server, ledger, ids, listLength)
  }

  async function crashServer(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const server = servers[Math.floor(random() * servers.length)]
    if (!server) return
    const code = await server.end(signal)
    if (signal === 'SIGTERM' && code !== 0) ledger.wrong.push(`the server ended with ${code}: ${server.log()}`)
    await until(() => loopsOf(server).every(([, { view }]) => view.link.phase !== 'live'))
    await server.start()
  }

  async function crashRedis(): Promise<void> {
    await redis.stop()
    await check()
    await redis.start()
    const { stored } = ledger.counts
    await until(() => ledger.counts.stored > stored)
    // What Redis has lost is with the servers alone, until they have restored it.
    if (persistence !== 'always') for (const { isReady } of servers) await until(isReady)
  }

  try {
    await Promise.all(servers.map((server) => server.start()))
    const feeder = startFeeder({ ledger, ids, listLength, servers, random })
    feeder.running.catch(() => undefined)
    for (let i = 0; i < clients; i++) {
      const id = ids[i % ids.length] ?? ''
      const server = servers[Math.floor(i / ids.length) % servers.length]
      if (server) loops.push({ server, id, loop: startReader({ ledger, ids: [id], token: tokenOf(id), server }, counts) })
    }
    for (const [i, kind] of crashes.entries()) {
      await until(live, RECONNECT_MS)
      await delay(random() * CALM_MS)
      await (kind === 'kill of Redis' ? crashRedis() : crashServer(kind === 'kill of a server' ? 'SIGKILL' : 'SIGTERM'))
      await check()
      if (kick) for (const { loop } of loops) loop.kick()
      onProgress?.(
        `${i + 1} of ${crashes.length}: ${kind}; ${JSON.stringify({ ...ledger.counts, ...counts })}, wrong ${ledger.wrong.length} ${ledger.wrong.slice(-2).join('; ')}`,
      )
    }
    await feeder.stop()
    for (const server of servers) await untilAllShow(server, loopsOf(server))
    await check()
    return { wrong: ledger.wrong, ...ledger.counts, ...counts }
  } finally {
    for (const { loop } of loops) loop.stop()
    await Promise.all(servers.map((server) => server.close()))
    await redis.close()
    await folder.remove()
  }
}
