import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { startBeside, type StartHost } from '../../../../server/sources/sql/reader-host.ts'
import { sqlite } from '../../../../server/sources/sql/sqlite.ts'
import { createSqlSource } from '../../../../server/sources/sql/source.ts'
import { sourceContract, type SourceFixture } from '../../../contract/sources/suite.ts'
import { runSources } from '../../../helpers/sources/sources.ts'
import { temporaryFolder } from '../../../helpers/tmp.ts'
import { turnsDuring } from '../../../helpers/sources/turns.ts'
import { until } from '../../../helpers/until.ts'
import { HOUR_MS, sqlConfig } from './fixtures.ts'

async function sqliteFixture(journal: 'wal' | 'delete', start?: StartHost): Promise<SourceFixture> {
  const folder = await temporaryFolder()
  const path = join(folder.path, 'mail.db')
  const away = join(folder.path, 'away.db')
  const write = (sql: string): void => {
    const database = new DatabaseSync(path, { timeout: 2_000 })
    database.exec(sql)
    database.close()
  }
  write(
    `PRAGMA journal_mode = ${journal}; CREATE TABLE mail_count (account TEXT, unread INTEGER); INSERT INTO mail_count VALUES ('alice', 0)`,
  )
  return {
    account: 'alice',
    source: () => createSqlSource(sqlConfig(`sqlite:${path}`, { intervalMs: 500 }), start),
    setUnread: async (unread) => write(`UPDATE mail_count SET unread = ${unread}`),
    withWrongCredentials: null,
    goAway: () => rename(path, away),
    comeBack: () => rename(away, path),
    async withGarbage() {
      const garbage = join(folder.path, 'garbage.db')
      await writeFile(garbage, 'this is no database, but long enough to look at '.repeat(100))
      return { source: createSqlSource(sqlConfig(`sqlite:${garbage}`), start), close: () => Promise.resolve() }
    },
    // The file's events wake it before its interval: an hour here shows that.
    onlyKicked: () => createSqlSource(sqlConfig(`sqlite:${path}`, { intervalMs: HOUR_MS }), start),
    close: () => folder.remove(),
  }
}

sourceContract('SQLite with a write-ahead log', () => sqliteFixture('wal'))
sourceContract('SQLite with a rollback journal', () => sqliteFixture('delete'))
sourceContract('SQLite that is read beside the server, as in the desktop app', () => sqliteFixture('wal', startBeside))

/** Rows without a table. */
const rowsOf = (count: number): string =>
  `WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n WHERE x < ${count}) SELECT 'user' || x AS id, 1 AS unread FROM n`

const open = (path: string, timeoutMs: number) => {
  const { signal } = new AbortController()
  const ignored = (): void => undefined
  return sqlite.open({ url: `sqlite:${path}`, listen: undefined, timeoutMs, signal, wake: ignored, onLost: ignored })
}

async function emptyDatabase() {
  const folder = await temporaryFolder()
  const path = join(folder.path, 'empty.db')
  new DatabaseSync(path).close()
  return { url: `sqlite:${path}`, path, remove: folder.remove }
}

it('is ended at the timeout where it searches for its first row, while other work goes on', async () => {
  const { url, remove } = await emptyDatabase()
  const endless = 'WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n) SELECT max(x) AS id, 1 AS unread FROM n'
  const sources = await runSources([createSqlSource(sqlConfig(url, { query: endless, timeoutMs: 100 }))])
  const ended = until(() => sources.states.find((state) => state.phase === 'waiting'))
  expect(await turnsDuring(ended)).toBeGreaterThan(100)
  expect(await ended).toMatchObject({ error: { code: 'network', message: expect.stringContaining('did not finish within 0.1 s') } })
  // Waits for the process that reads.
  await sources.close()
  await remove()
})

it('is read beside the event loop, which takes the accounts 500 at a time', async () => {
  const { url, remove } = await emptyDatabase()
  const sources = await runSources([createSqlSource(sqlConfig(url, { query: rowsOf(100_000), timeoutMs: 60_000 }))])
  await until(() => sources.states.some(({ phase }) => phase === 'live'))
  expect(sources.board.size).toBe(100_000)
  expect(Math.max(...sources.changedIds.map(({ length }) => length))).toBeLessThanOrEqual(500)
  await sources.close()
  await remove()
})

it('ends a query that gives rows for longer than the timeout, and can be asked again', async () => {
  const { path, remove } = await emptyDatabase()
  const database = await open(path, 50)
  let rows = 0
  const sink = { columns: () => undefined, row: () => (rows += 1) }
  await expect(database.run(rowsOf(2_000_000_000), [], sink)).rejects.toThrow('did not finish within 0.05 s')
  rows = 0
  await database.run(rowsOf(3), [], sink)
  expect(rows).toBe(3)
  database.close()
  await remove()
})
