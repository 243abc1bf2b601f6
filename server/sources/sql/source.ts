/**
 * The sql source: one read-only query gives `id` and `unread` for all accounts at once and, if it likes, `total`, and
 * `latest`: the newest unread mails, newest first, as JSON text (a list of objects with `id`, `from`, `subject` and
 * maybe `date`, ISO 8601 in UTC, `url` and `messageId`; 20 at most).
 *
 * Where the config names how to ask for what changed since the last look, only that is asked for, and the whole only now
 * and then: the cost follows what changed, and not how many there are.
 *
 * It runs at an interval, counted from the end of a tick, so that none overlaps the one before. A database that can
 * tell wakes it earlier; what is told while a tick runs makes one further tick, after as long a pause as the tick took.
 */
import type { SqlSourceConfig } from './config.ts'
import { readSecret } from '../credentials.ts'
import { type Attempt, type Report, type Source, SourceError } from '../source.ts'
import { type WakeSignal, createWakeSignal } from '../wake-signal.ts'
import type { Database, DatabaseKind } from './database.ts'
import { mysql } from './mysql.ts'
import { postgres } from './postgres.ts'
import { sqlite } from './sqlite.ts'
import { createTally, type Tally } from './tally.ts'

/** A secret may come from a command, which has half a minute. */
const SECRET_MS = 30_000
const SLACK_MS = 2_000
/** Of one look, at the most: the cursor's, and that for the rows. */
const QUERIES = 2

const kinds: Readonly<Record<string, DatabaseKind>> = {
  'sqlite:': sqlite,
  'postgres:': postgres,
  'postgresql:': postgres,
  'mysql:': mysql,
  'mariadb:': mysql,
}

export function createSqlSource(config: SqlSourceConfig): Source {
  return {
    name: config.name,
    accounts: [],
    firstReportMs: SECRET_MS + (2 + QUERIES) * config.timeoutMs + SLACK_MS,
    silenceMs: config.intervalMs + QUERIES * config.timeoutMs + SLACK_MS,
    run: (attempt) => run(config, attempt),
  }
}

async function run(config: SqlSourceConfig, attempt: Attempt): Promise<void> {
  const url = await readSecret(config.url, attempt.signal)
  const kind = kinds[/^[a-z]+:/.exec(url)?.[0] ?? '']
  if (!kind) {
    throw new SourceError('config', `The url of ${config.name} must begin with sqlite:, postgres://, mysql:// or mariadb://.`)
  }
  if (config.listen !== undefined && kind !== postgres) {
    throw new SourceError('config', `${config.name} has a listen, which only PostgreSQL knows; remove it.`)
  }
  const broken = new AbortController()
  const signal = AbortSignal.any([attempt.signal, broken.signal])
  const bell = createWakeSignal(signal)
  const endKicks = attempt.onKick(bell.wake)
  try {
    signal.throwIfAborted()
    const { listen, timeoutMs } = config
    const database = await kind.open({ url, listen, timeoutMs, signal, wake: bell.wake, lost: (error) => broken.abort(error) })
    try {
      await tickForever(database, config, attempt, bell)
    } finally {
      database.close()
    }
  } catch (error) {
    if (error instanceof SourceError) throw error
    throw kind.explain(error) ?? error
  } finally {
    endKicks()
    broken.abort()
  }
}

async function tickForever(database: Database, config: SqlSourceConfig, attempt: Attempt, bell: WakeSignal): Promise<never> {
  const look = createLook(database, config, createTally(config.name, attempt.log))
  for (;;) {
    const startedAtMs = performance.now()
    attempt.report(await look())
    const tookMs = performance.now() - startedAtMs
    await bell.sleep(Math.min(tookMs, config.intervalMs), config.intervalMs)
  }
}

const NOTHING_NEW: Report = { accounts: [], rest: 'unchanged' }

function createLook(database: Database, { query, changedSince }: SqlSourceConfig, tally: Tally): () => Promise<Report> {
  let cursor: unknown = null
  let fullDueMs = Number.NEGATIVE_INFINITY

  async function lookAtAll(): Promise<Report> {
    const result = tally.begin('all')
    await database.run(query, [], result)
    return result.report()
  }

  return async () => {
    if (!(await database.mayHaveChanged())) return NOTHING_NEW
    if (!changedSince) return await lookAtAll()
    // Taken before the rows: what changes in between is read again next time, and never missed.
    const next = await scalarOf(database, changedSince.cursor)
    const nowMs = performance.now()
    // An empty table may have no cursor, and nothing is greater than that.
    if (cursor === null || nowMs >= fullDueMs) {
      const report = await lookAtAll()
      cursor = next
      fullDueMs = nowMs + changedSince.fullMs
      return report
    }
    if (next === cursor) return NOTHING_NEW
    const result = tally.begin('changed')
    await database.run(changedSince.query, [cursor], result)
    cursor = next
    return result.report()
  }
}

/** The first value of the first row; null where there is none. */
async function scalarOf(database: Database, query: string): Promise<unknown> {
  let value: unknown = null
  let rows = 0
  await database.run(query, [], {
    columns: () => undefined,
    row(values) {
      if (rows++ === 0) value = values[0] ?? null
    },
  })
  return value
}
