/**
 * The sql source: one read-only query gives `id` and `unread` for all accounts at once and, optionally, `total` and
 * `latest`: the newest unread messages, newest first, as JSON text (a list of at most 20 objects with `id`, `from`,
 * `subject` and optionally `date`, `url` and `messageId`).
 *
 * Where the config names a query for what changed, only that is read, and everything now and then: the cost then follows
 * the number of changes, not of accounts. It polls at an interval, or earlier where the database reports changes.
 */
import { readSecret, SECRET_MS } from '../lib/credentials.ts'
import { pollAtInterval } from '../lib/poll-loop.ts'
import { type Attempt, type Report, type Source, SourceError } from '../source.ts'
import { createWakeSignal } from '../lib/wake-signal.ts'
import type { SqlSourceConfig } from './config.ts'
import type { Database, DatabaseKind } from './database.ts'
import { createTally, type Tally } from './tally.ts'

const SLACK_MS = 2_000
/** In one poll, at most: for the cursor and for the rows. */
const QUERIES = 2

/** A driver is loaded when its first source connects. */
const DRIVERS: Readonly<Record<string, () => Promise<DatabaseKind>>> = {
  'sqlite:': async () => (await import('./sqlite.ts')).sqlite,
  'postgres:': async () => (await import('./postgres.ts')).postgres,
  'postgresql:': async () => (await import('./postgres.ts')).postgres,
  'mysql:': async () => (await import('./mysql.ts')).mysql,
  'mariadb:': async () => (await import('./mysql.ts')).mysql,
}

export function createSqlSource(config: SqlSourceConfig): Source {
  const { name, timeoutMs, intervalMs } = config
  return {
    name,
    accounts: [],
    firstReportMs: SECRET_MS + (2 + QUERIES) * timeoutMs + SLACK_MS,
    silenceMs: intervalMs + QUERIES * timeoutMs + SLACK_MS,
    run: (attempt) => run(config, attempt),
  }
}

async function run({ url: secret, name, listen, timeoutMs, intervalMs, ...queries }: SqlSourceConfig, attempt: Attempt): Promise<void> {
  const url = await readSecret(secret, attempt.signal)
  const scheme = /^[a-z]+:/.exec(url)?.[0] ?? ''
  const driver = await DRIVERS[scheme]?.()
  if (!driver) throw new SourceError('config', `The url of ${name} must begin with sqlite:, postgres://, mysql:// or mariadb://.`)
  if (listen !== undefined && !scheme.startsWith('postgres'))
    throw new SourceError('config', `${name} sets listen, which only PostgreSQL supports; remove it.`)
  const broken = new AbortController()
  const signal = AbortSignal.any([attempt.signal, broken.signal])
  try {
    signal.throwIfAborted()
    const wakeSignal = createWakeSignal(signal)
    const { wake } = wakeSignal
    const database = await driver.open({ url, listen, timeoutMs, signal, wake, onLost: (error) => broken.abort(error) })
    try {
      const read = createReader(database, queries, createTally())
      await pollAtInterval(attempt, intervalMs, async () => attempt.report(await read()), wakeSignal)
    } finally {
      database.close()
    }
  } catch (error) {
    if (error instanceof SourceError) throw error
    throw driver.explain(error) ?? error
  } finally {
    broken.abort()
  }
}

const UNCHANGED: Report = { accounts: [], rest: 'unchanged' }

function createReader(
  database: Database,
  { query, changedSince }: Pick<SqlSourceConfig, 'query' | 'changedSince'>,
  tally: Tally,
): () => Promise<Report> {
  let cursor: unknown = null
  let fullDueMs = Number.NEGATIVE_INFINITY

  async function readAll(): Promise<Report> {
    const result = tally.begin('all')
    await database.run(query, [], result)
    return result.report()
  }

  return async () => {
    if (!(await database.mayHaveChanged())) return UNCHANGED
    if (!changedSince) return await readAll()
    // Read before the rows: a change in between is read twice rather than missed.
    const next = await scalarOf(database, changedSince.cursor)
    const nowMs = performance.now()
    // An empty table may have no cursor, and nothing is greater than null.
    if (cursor === null || nowMs >= fullDueMs) {
      const report = await readAll()
      cursor = next
      fullDueMs = nowMs + changedSince.fullMs
      return report
    }
    if (next === cursor) return UNCHANGED
    const result = tally.begin('changed')
    await database.run(changedSince.query, [cursor], result)
    cursor = next
    return result.report()
  }
}

/** The first value of the first row; null where there is none. */
async function scalarOf(database: Database, query: string): Promise<unknown> {
  let value: unknown
  await database.run(query, [], {
    columns: () => undefined,
    row: ([first = null]) => (value = value === undefined ? first : value),
  })
  return value ?? null
}
