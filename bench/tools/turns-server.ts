/**
 * A server with one source on its worst input, as `mailbell serve` runs it, in a process of its own. Started with the name of
 * the source; prints its turns as JSON.
 */
import { PerformanceObserver } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { keepYoungGenerationSmall } from '../../server/platform/heap.ts'

// As the command does, before the server's code is loaded.
keepYoungGenerationSmall()
const { send, startServer } = await import('../../test/helpers/server.ts')
const { heapBytes } = await import('../../test/helpers/memory.ts')
const { temporaryFolder } = await import('../../test/helpers/tmp.ts')
const { longestOf, measureTurns } = await import('../../test/helpers/sources/turns.ts')
const { until } = await import('../../test/helpers/until.ts')
const { createSqlSource } = await import('../../server/sources/sql/source.ts')
const { sqlConfig } = await import('../../test/server/sources/sql/fixtures.ts')
const { worstSources } = await import('../../test/helpers/sources/worst-sources.ts')

/** What is measured, in milliseconds. */
export interface MeasuredTurns {
  /** To the first report. */
  readonly ready: number
  /** CPU time of all turns that are not short. */
  readonly all: number
  /** CPU time of the longest turn, how long other work waited for it, and how much of that was garbage collection. */
  readonly longest: number
  readonly wall: number
  readonly collection: number
}

const READY_MS = 170_000
/**
 * The store writes for some time after the first report, about as long as that took. The server is quiet once it takes less CPU
 * time than this share: the probe takes some. Some of the sources are polled without a pause, so that theirs never is.
 */
const QUIET_MS = 1_500
const QUIET_SHARE = 0.5
const MAX_BUSY_MS = 5_000

const cases = {
  ...worstSources({ files: 300_000, rows: 2_000_000 }),
  async postgres() {
    const { startPostgres } = await import('../../test/helpers/programs/postgres.ts')
    const database = await startPostgres()
    const query = "SELECT 'user' || n AS id, 1 AS unread FROM generate_series(1, 1000000) n"
    const config = sqlConfig(database.url(), { query, timeoutMs: 60_000, intervalMs: 3_600_000 })
    return { source: createSqlSource(config), close: database.close }
  },
}

async function untilQuiet(limitMs: number): Promise<void> {
  const endMs = performance.now() + limitMs
  while (performance.now() < endMs) {
    const before = process.cpuUsage()
    await sleep(QUIET_MS)
    const { user, system } = process.cpuUsage(before)
    if (user + system < QUIET_SHARE * QUIET_MS * 1_000) return
  }
}

const collections: { readonly startMs: number; readonly endMs: number }[] = []
new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) collections.push({ startMs: startTime, endMs: startTime + duration })
}).observe({ entryTypes: ['gc'] })

const [name = ''] = process.argv.slice(2)
const prepare = Object.entries(cases).find(([known]) => known === name)?.[1]
if (!prepare) throw new Error(`Unknown source: ${name}. Known: ${Object.keys(cases).join(', ')}.`)
const { source, close } = await prepare()
const folder = await temporaryFolder()
const server = await startServer({
  config: { dataDir: folder.path, persist: true, historyFile: `${folder.path}/history.sqlite` },
  createSource: () => source,
})
const poll = { token: 'reader', headers: { 'if-none-match': '', prefer: 'wait=55' } }
await send(server.port, 'PUT', '/v1/accounts/parked', { token: 'feeder', body: { unread: 1 } })
poll.headers['if-none-match'] = (await send(server.port, 'GET', '/v1/accounts/parked', poll)).headers.etag ?? ''
void send(server.port, 'GET', '/v1/accounts/parked', poll).catch(() => undefined)
// What the preparation left is not the server's.
heapBytes()
await sleep(QUIET_MS)

const startMs = performance.now()
let ready = 0
const { turns } = await measureTurns(async () => {
  // `createSource` ignores its config.
  await server.setSources({ sources: [sqlConfig('')], labels: new Map(), demo: false })
  await until(async () => (await send(server.port, 'GET', '/readyz')).status === 200, READY_MS)
  ready = performance.now() - startMs
  await untilQuiet(ready + MAX_BUSY_MS)
})
const longest = longestOf(turns)
const measured: MeasuredTurns = {
  ready,
  all: turns.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
  longest: longest.cpuMs,
  wall: longest.endMs - longest.startMs,
  collection: collections.reduce((sum, a) => sum + Math.max(0, Math.min(a.endMs, longest.endMs) - Math.max(a.startMs, longest.startMs)), 0),
}
console.log(JSON.stringify(measured))
await close()
await folder.remove()
// Not closed in good order, which writes what is known already once more.
process.exit()
