/**
 * How long each kind of source keeps the other work of a server waiting, on its worst input: in the built server, to which the
 * source is added while it runs. The mail servers are in this process.
 */
import { type PrepareWorst, worstSources } from '../test/helpers/sources/worst-sources.ts'
import { needs } from '../test/helpers/parts.ts'
import { temporaryFolder } from '../test/helpers/tmp.ts'
import { table } from './tools/table.ts'
import { startProbed } from './tools/turns-server.ts'

/**
 * The store writes for some time after the first report, about as long as that took. The server is quiet once it takes less CPU
 * time than this share: the probe takes some.
 */
const QUIET_MS = 1_500
const QUIET_SHARE = 0.5
const MAX_BUSY_MS = 5_000

async function postgres() {
  const { startPostgres } = await import('../test/helpers/programs/postgres.ts')
  const database = await startPostgres()
  const query = "SELECT 'user' || n AS id, 1 AS unread FROM generate_series(1, 1000000) n"
  return { entry: { type: 'sql', url: database.url(), query, timeout: '60s', interval: '1h' }, close: database.close }
}

async function inFolder<T>(
  prepare: PrepareWorst,
  cache: string,
  work: (server: Awaited<ReturnType<typeof startProbed>>, entry: { type?: unknown }) => Promise<T>,
): Promise<T> {
  const folder = await temporaryFolder()
  const { entry, close } = await prepare(folder.path)
  const server = await startProbed(folder.path, cache)
  try {
    return await work(server, entry)
  } finally {
    await server.kill()
    await close?.()
    await folder.remove()
  }
}

/** As in an earlier run of the command, with little input, so that V8's compiled code is in the user's cache. */
const fillCache = (prepare: PrepareWorst, cache: string): Promise<void> =>
  inFolder(prepare, cache, async (server, entry) => {
    await server.addSources([entry])
    await server.end()
  })

const measure = (name: string, prepare: PrepareWorst, cache: string): Promise<string[]> =>
  inFolder(prepare, cache, async (server, entry) => {
    await server.park()
    await server.untilQuiet(QUIET_MS, QUIET_SHARE, MAX_BUSY_MS)
    server.beginMeasuring()
    const startMs = performance.now()
    await server.addSources([entry])
    const ready = performance.now() - startMs
    await server.untilQuiet(QUIET_MS, QUIET_SHARE, ready + MAX_BUSY_MS)
    const { all, longest, wall, collection } = await server.measured()
    const metric = await server.metric(String(entry.type))
    return [name, ready.toFixed(0), all.toFixed(0), ...[longest, collection, wall, metric].map((ms) => ms.toFixed(1))]
  })

/** @param only the names of the sources to measure */
export async function turns(only = /./): Promise<void> {
  const rows = [
    [
      '',
      'ms to the first report',
      'all turns, CPU ms',
      'longest turn, CPU ms',
      'of it garbage collection',
      'longest turn, ms in all',
      'the metric, ms',
    ],
  ]
  const cases = { ...worstSources({ files: 300_000, rows: 2_000_000 }), ...(needs('postgres') && { postgres }) }
  const small = worstSources({ files: 10, rows: 10 })
  const cache = await temporaryFolder()
  for (const [name, prepare] of Object.entries(cases).filter(([each]) => only.test(each))) {
    console.error(`${name} …`)
    await fillCache(small[name] ?? prepare, cache.path)
    rows.push(await measure(name, prepare, cache.path))
  }
  await cache.remove()
  console.log('\nA server with a store, a history and a parked poll, for each kind of source on its worst input, until it is quiet')
  console.log(table(rows))
}
