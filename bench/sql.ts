/** 10,000 users in a database, each with a parked poll: 1,000 changed rows must reach exactly those 1,000 clients. */
import { setTimeout as sleep } from 'node:timers/promises'
import { startMariadb } from '../test/helpers/programs/mariadb.ts'
import { type DatabaseServer, startPostgres } from '../test/helpers/programs/postgres.ts'
import { park, quantile } from './tools/load.ts'
import { table } from './tools/table.ts'
import { startMailbell } from './tools/target.ts'

const USERS = 10_000
const CHANGED = 1_000
const ROUNDS = 3
const INTERVAL_MS = 3_000
const QUERY = 'SELECT id, unread FROM mail_count'

const ms = (value: number): string => value.toFixed(0)

const changedRows = (round: number): readonly number[] => Array.from({ length: CHANGED }, (_, i) => (i * 7 + round * 1_111) % USERS)

async function measure(name: string, database: DatabaseServer, listen: string | null): Promise<string[]> {
  const users = Array.from({ length: USERS }, (_, i) => `user${i}`)
  await database.exec('DROP TABLE IF EXISTS mail_count')
  await database.exec('CREATE TABLE mail_count (id VARCHAR(64) PRIMARY KEY, unread INTEGER NOT NULL)')
  await database.exec(`INSERT INTO mail_count VALUES ${users.map((user) => `('${user}', 0)`).join(',')}`)
  const source = `  - { type: sql, url: { env: BENCH_DATABASE }, query: "${QUERY}", interval: ${INTERVAL_MS / 1000}s${listen ? `, listen: ${listen}` : ''} }`
  const target = await startMailbell(users, { sources: [source], env: { BENCH_DATABASE: database.url() } })
  try {
    const crowd = await park(target, users, true)
    await sleep(1_000)
    const firstMs: number[] = []
    const lastMs: number[] = []
    const allMs: number[] = []
    for (let round = 1; round <= ROUNDS; round++) {
      const waiting = new Set(changedRows(round).map((row) => `user${row}`))
      const done = Promise.withResolvers<void>()
      let changedAt = 0
      const arrivals: number[] = []
      crowd.onUpdate = (user, body) => {
        if (!waiting.delete(user) || !body.includes(`"unread":${round}`))
          done.reject(new Error(`${user} received ${body} without a change.`))
        arrivals.push(performance.now() - changedAt)
        if (waiting.size === 0) done.resolve()
      }
      // Each round starts at a different time within the interval.
      await sleep(round * 700)
      const list = [...waiting].map((user) => `'${user}'`).join(',')
      const notify = listen ? `; NOTIFY ${listen}` : ''
      changedAt = performance.now()
      await database.exec(`UPDATE mail_count SET unread = ${round} WHERE id IN (${list})${notify}`)
      await Promise.race([
        done.promise,
        sleep(INTERVAL_MS + 5_000).then(() => Promise.reject(new Error(`${waiting.size} clients received no update.`))),
      ])
      await sleep(500)
      firstMs.push(Math.min(...arrivals))
      lastMs.push(Math.max(...arrivals))
      allMs.push(...arrivals)
    }
    crowd.close()
    const sorted = Float64Array.from(allMs).toSorted()
    return [name, ms(Math.min(...firstMs)), ms(quantile(sorted, 0.5)), ms(quantile(sorted, 0.99)), ms(Math.max(...lastMs))]
  } finally {
    await target.stop()
  }
}

export async function sql(): Promise<void> {
  const rows = [['', 'first', 'p50', 'p99', 'last']]
  const postgres = await startPostgres()
  try {
    rows.push(await measure('PostgreSQL, every 3 s', postgres, null))
    rows.push(await measure('PostgreSQL, LISTEN', postgres, 'mail_changed'))
  } finally {
    await postgres.close()
  }
  const mariadb = await startMariadb()
  try {
    rows.push(await measure('MariaDB, every 3 s', mariadb, null))
  } finally {
    await mariadb.close()
  }
  console.log(`\n${USERS} users and polls, ${CHANGED} rows changed at once, ${ROUNDS} times; ms from UPDATE to response`)
  console.log(table(rows))
}
