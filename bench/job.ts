/**
 * The whole job: one UPDATE changes 10,000 rows in PostgreSQL, and 10,000 parked clients are answered. Beside it, nginx + nchan
 * with a feeder. The CPU time of everything but the database.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type DatabaseServer, startPostgres } from '../test/helpers/programs/postgres.ts'
import { withLimit } from './tools/limit.ts'
import { park } from './tools/load.ts'
import { childrenOf } from './tools/process.ts'
import { table } from './tools/table.ts'
import { startMailbell, startNchan, type Target } from './tools/target.ts'
import { measureWaves, type WaveFigures } from './tools/wave.ts'

const USERS = 10_000
const WARM_MS = 5_000
const LOAD_MS = 10_000
const LISTEN = 'mail_changed'
const QUERY = 'SELECT id, unread FROM mail_count'

async function measure(target: Target, database: DatabaseServer, pids: readonly number[], isFirstAnswered: boolean): Promise<WaveFigures> {
  const users = Array.from({ length: USERS }, (_, i) => `user${i}`)
  const crowd = await park(target, users, isFirstAnswered)
  const change = (unread: number): Promise<void> => database.exec(`UPDATE mail_count SET unread = ${unread}; NOTIFY ${LISTEN}`)
  await measureWaves(crowd, pids, USERS, WARM_MS, change)
  const figures = await measureWaves(crowd, pids, USERS, LOAD_MS, change)
  crowd.close()
  return figures
}

async function measureMailbell(database: DatabaseServer): Promise<WaveFigures> {
  const source = `  - { type: sql, url: { env: BENCH_DATABASE }, query: "${QUERY}", interval: 60s, listen: ${LISTEN} }`
  const target = await startMailbell([], { sources: [source], env: { BENCH_DATABASE: database.url() } })
  try {
    return await measure(
      target,
      database,
      target.pids.flatMap((pid) => [pid, ...childrenOf(pid)]),
      true,
    )
  } finally {
    await target.stop()
  }
}

async function measureNchan(database: DatabaseServer): Promise<WaveFigures> {
  const target = await startNchan()
  const program = fileURLToPath(new URL('tools/nchan-feeder.ts', import.meta.url))
  const publish = `http://127.0.0.1:${target.port}/pub?id=`
  const feeder = spawn(process.execPath, [program, database.url(), LISTEN, QUERY, publish], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    await withLimit('the feeder', 30, once(feeder.stdout, 'data'))
    return await measure(target, database, [...target.pids, feeder.pid ?? 0], false)
  } finally {
    feeder.kill('SIGKILL')
    await target.stop()
  }
}

export async function job(): Promise<void> {
  const database = await startPostgres()
  try {
    await database.exec(
      `CREATE TABLE mail_count (id text PRIMARY KEY, unread bigint NOT NULL) WITH (fillfactor = 50);
       INSERT INTO mail_count SELECT 'user' || n, 0 FROM generate_series(0, ${USERS - 1}) n`,
    )
    const ours = await measureMailbell(database)
    const theirs = await measureNchan(database)
    const row = (name: string, of: (figures: WaveFigures) => number): string[] => [
      name,
      of(ours).toFixed(1),
      of(theirs).toFixed(1),
      (of(ours) / of(theirs)).toFixed(2),
    ]
    console.log(`\none UPDATE changes ${USERS} rows in PostgreSQL, and ${USERS} parked clients are answered`)
    console.log(
      table([
        ['', 'mailbell', 'feeder + nchan', 'ratio'],
        row('CPU per change, µs', (f) => f.cpuMicrosPerChange),
        row('changes per second', (f) => f.changesPerSecond),
      ]),
    )
  } finally {
    await database.close()
  }
}
