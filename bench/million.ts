/** A database of 1,000,000 users: the cost of a poll by the number of changes, with and without `changedSince`. */
import { setTimeout as sleep } from 'node:timers/promises'
import { GCProfiler } from 'node:v8'
import { createCollector } from '../server/collector/collector.ts'
import { defer, monotonicMs, schedule } from '../server/platform/clock.ts'
import type { SqlSourceConfig } from '../server/sources/sql/config.ts'
import { createBoard } from '../server/board/board.ts'
import { Secret } from '../server/auth/secret.ts'
import type { Source } from '../server/sources/source.ts'
import { postgres } from '../server/sources/sql/postgres.ts'
import { createReader } from '../server/sources/sql/reader.ts'
import { createSqlSource } from '../server/sources/sql/source.ts'
import { heapBytes } from '../test/helpers/memory.ts'
import { type DatabaseServer, startPostgres } from '../test/helpers/programs/postgres.ts'
import { quantile } from './tools/load.ts'
import { table } from './tools/table.ts'

const USERS = 1_000_000
const CHANGES = [0, 100, 10_000]
const ROUNDS = 5
const HOUR_MS = 3_600_000
const TIMEOUT_MS = 120_000
const QUERY = 'SELECT id, unread FROM mail_count'

type ChangedSince = NonNullable<SqlSourceConfig['changedSince']>

const CHANGED_SINCE: ChangedSince = {
  cursor: 'SELECT pg_snapshot_xmin(pg_current_snapshot())',
  query: 'SELECT id, unread FROM mail_count WHERE changed_by >= $1::xid8',
  fullMs: HOUR_MS,
}

async function fill(database: DatabaseServer): Promise<void> {
  await database.exec(
    'CREATE TABLE mail_count (id text PRIMARY KEY, unread integer NOT NULL, changed_by xid8 NOT NULL DEFAULT pg_current_xact_id()) WITH (fillfactor = 70)',
  )
  await database.exec(`INSERT INTO mail_count SELECT 'user' || n || '@example.org', 0 FROM generate_series(1, ${USERS}) n`)
  await database.exec('CREATE INDEX ON mail_count (changed_by)')
  await database.exec('VACUUM ANALYZE mail_count')
}

/** Wraps a source to await its reports. */
function withReports(source: Source): { readonly source: Source; nextReport(): Promise<void> } {
  let changedCounts: (() => void) | null = null
  return {
    source: {
      ...source,
      run: (attempt) =>
        source.run({
          ...attempt,
          async report(report) {
            await attempt.report(report)
            if (!report.isPart) changedCounts?.()
          },
        }),
    },
    nextReport: () => new Promise((resolve) => (changedCounts = resolve)),
  }
}

interface Cost {
  readonly ms: number
  readonly cpuMs: number
  readonly garbageMiB: number
  /** CPU time, because other programs on a shared machine keep this one waiting. */
  readonly longestMs: number
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

/** Measures the cost of `work`: its allocations are the memory freed by garbage collections plus the growth of the heap. */
async function costOf(work: () => Promise<void>): Promise<Cost> {
  const profiler = new GCProfiler()
  const usedBefore = heapBytes()
  profiler.start()
  let longestMs = 0
  let lastMs = threadCpuMs()
  const timer = setInterval(() => {
    const nowMs = threadCpuMs()
    longestMs = Math.max(longestMs, nowMs - lastMs)
    lastMs = nowMs
  }, 1)
  const cpuBefore = process.cpuUsage()
  const startedAtMs = performance.now()
  await work()
  const ms = performance.now() - startedAtMs
  const cpu = process.cpuUsage(cpuBefore)
  clearInterval(timer)
  const usedAfter = process.memoryUsage().heapUsed
  const freed = (profiler.stop()?.statistics ?? []).reduce(
    (sum, { beforeGC, afterGC }) => sum + beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize,
    0,
  )
  return { ms, cpuMs: (cpu.user + cpu.system) / 1000, garbageMiB: (freed + usedAfter - usedBefore) / 2 ** 20, longestMs }
}

const nothing = (): void => undefined

/** What the process that reads spends on a poll: measured here, in this process. */
async function measureReader(database: DatabaseServer): Promise<string[][]> {
  const { signal } = new AbortController()
  const options = { url: database.url(), listen: undefined, timeoutMs: TIMEOUT_MS, signal, wake: nothing, onLost: nothing }
  const connection = await postgres.open(options)
  try {
    const read = createReader(connection, { query: QUERY, changedSince: undefined })
    await read()
    const costs: Cost[] = []
    for (let round = 0; round < ROUNDS; round++) costs.push(await costOf(async () => void (await read())))
    return [['its process, everything: 0 changed', ...columnsOf(costs)]]
  } finally {
    connection.close()
  }
}

async function measure(name: string, database: DatabaseServer, changedSince: ChangedSince | undefined): Promise<string[][]> {
  const config: SqlSourceConfig = {
    type: 'sql',
    name: 'users',
    url: new Secret({ value: database.url() }),
    query: QUERY,
    changedSince,
    intervalMs: HOUR_MS,
    listen: undefined,
    timeoutMs: TIMEOUT_MS,
  }
  const board = createBoard('bench', Date.now)
  const log = { debug: () => undefined, info: () => undefined, warn: (...line: unknown[]) => console.error(...line) }
  const collector = createCollector({ board, log, now: monotonicMs, random: Math.random, schedule, defer })
  const { source, nextReport } = withReports(createSqlSource(config))
  const heapBefore = heapBytes()
  const rows: string[][] = []
  let unread = 0
  const changedCounts: number[] = []
  board.subscribe((ids) => void changedCounts.push(ids.length))

  const first = await costOf(async () => {
    const reported = nextReport()
    await collector.setSources([source])
    await reported
  })
  const heapPerAccount = (heapBytes() - heapBefore) / USERS
  rows.push([`${name}: first poll`, ...columnsOf([first])])
  try {
    for (const changes of CHANGES) {
      const costs: Cost[] = []
      for (let round = 0; round < ROUNDS; round++) {
        unread += 1
        if (changes > 0) {
          const step = USERS / changes
          const ids = `SELECT 'user' || n || '@example.org' FROM generate_series(1, ${USERS}, ${step}) n`
          const sets = `unread = ${unread}, changed_by = pg_current_xact_id()`
          await database.exec(`UPDATE mail_count SET ${sets} WHERE id = ANY (ARRAY(${ids}))`)
          await database.exec('VACUUM mail_count')
        }
        // Waits until the source's minimum interval between polls has passed.
        await sleep(first.ms)
        changedCounts.length = 0
        costs.push(
          await costOf(async () => {
            const reported = nextReport()
            collector.kick()
            await reported
          }),
        )
        const changed = changedCounts.reduce((sum, count) => sum + count, 0)
        if (changed !== changes) throw new Error(`${changed} accounts changed on the board instead of ${changes}.`)
      }
      rows.push([`${name}: ${changes} changed`, ...columnsOf(costs)])
    }
  } finally {
    await collector.close()
  }
  if (!changedSince) console.log(`${heapPerAccount.toFixed(0)} bytes of heap per account`)
  return rows
}

function columnsOf(costs: readonly Cost[]): string[] {
  const median = (of: (cost: Cost) => number): number => quantile(Float64Array.from(costs, of).toSorted(), 0.5)
  return [
    median((cost) => cost.ms).toFixed(1),
    median((cost) => cost.cpuMs).toFixed(1),
    median((cost) => cost.garbageMiB).toFixed(2),
    median((cost) => cost.longestMs).toFixed(1),
  ]
}

export async function million(): Promise<void> {
  const database = await startPostgres()
  try {
    console.log(`\nfilling a table with ${USERS} users`)
    await fill(database)
    const rows = [['', 'ms', 'CPU ms', 'garbage MiB', 'longest turn, CPU ms']]
    rows.push(...(await measure('everything', database, undefined)))
    rows.push(...(await measure('changedSince', database, CHANGED_SINCE)))
    rows.push(...(await measureReader(database)))
    console.log(`\n${USERS} users in PostgreSQL; median of ${ROUNDS} polls`)
    console.log(table(rows))
  } finally {
    await database.close()
  }
}
