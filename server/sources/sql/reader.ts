/**
 * Reads the counts of a database. Where the config names a query for what changed, only that is read, and everything now
 * and then: the cost then follows the number of changes, not of accounts.
 */
import type { SqlSourceConfig } from './config.ts'
import type { Database } from './database.ts'
import { createTally, type TallyReport } from './tally.ts'

export type Queries = Pick<SqlSourceConfig, 'query' | 'changedSince'>

/** In one poll, at most: for the cursor and for the rows. */
export const QUERIES = 2

const UNCHANGED: TallyReport = { accounts: [], rest: 'unchanged' }

/** @returns a function that gives what has changed since its previous call */
export function createReader(
  database: Pick<Database, 'mayHaveChanged' | 'run' | 'scalar'>,
  { query, changedSince }: Queries,
): () => Promise<TallyReport> {
  const tally = createTally()
  let cursor: unknown = null
  let fullDueMs = Number.NEGATIVE_INFINITY

  async function readAll(): Promise<TallyReport> {
    const result = tally.begin('all')
    await database.run(query, [], result)
    return result.report()
  }

  return async () => {
    if (!(await database.mayHaveChanged())) return UNCHANGED
    if (!changedSince) return await readAll()
    // Read before the rows: a change in between is read twice rather than missed.
    const next = await database.scalar(changedSince.cursor)
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
