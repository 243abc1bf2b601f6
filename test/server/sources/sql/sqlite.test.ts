import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { sqlite } from '../../../../server/sources/sql/sqlite.ts'
import { createSqlSource } from '../../../../server/sources/sql/source.ts'
import { sourceContract, type SourceFixture } from '../../../contract/sources/suite.ts'
import { temporaryFolder } from '../../../helpers/tmp.ts'
import { turnsDuring } from '../../../helpers/turns.ts'
import { HOUR_MS, sqlConfig } from './fixtures.ts'

async function sqliteFixture(journal: 'wal' | 'delete'): Promise<SourceFixture> {
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
    source: () => createSqlSource(sqlConfig(`sqlite:${path}`, { intervalMs: 500 })),
    setUnread: async (unread) => write(`UPDATE mail_count SET unread = ${unread}`),
    withWrongCredentials: null,
    goAway: () => rename(path, away),
    comeBack: () => rename(away, path),
    async withGarbage() {
      const garbage = join(folder.path, 'garbage.db')
      await writeFile(garbage, 'this is no database, but long enough to look at '.repeat(100))
      return { source: createSqlSource(sqlConfig(`sqlite:${garbage}`)), close: () => Promise.resolve() }
    },
    // The file's events wake it before its interval: an hour here shows that.
    onlyKicked: () => createSqlSource(sqlConfig(`sqlite:${path}`, { intervalMs: HOUR_MS })),
    close: () => folder.remove(),
  }
}

sourceContract('SQLite with a write-ahead log', () => sqliteFixture('wal'))
sourceContract('SQLite with a rollback journal', () => sqliteFixture('delete'))

/** Rows without a table. */
const rowsOf = (count: number): string =>
  `WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n WHERE x < ${count}) SELECT 'user' || x AS id, 1 AS unread FROM n`

const open = (path: string, timeoutMs: number) => {
  const { signal } = new AbortController()
  const ignored = (): void => undefined
  return sqlite.open({ url: `sqlite:${path}`, listen: undefined, timeoutMs, signal, wake: ignored, onLost: ignored })
}

it('gives other work its turn while it reads very many rows', async () => {
  const folder = await temporaryFolder()
  const path = join(folder.path, 'empty.db')
  new DatabaseSync(path).close()
  const database = await open(path, 60_000)
  let rows = 0
  const turns = await turnsDuring(database.run(rowsOf(300_000), [], { columns: () => undefined, row: () => (rows += 1) }))
  expect(rows).toBe(300_000)
  expect(turns).toBeGreaterThan(5)
  database.close()
  await folder.remove()
})

it('ends a query that gives rows for longer than the timeout, and can be asked again', async () => {
  const folder = await temporaryFolder()
  const path = join(folder.path, 'empty.db')
  new DatabaseSync(path).close()
  const database = await open(path, 50)
  let rows = 0
  const sink = { columns: () => undefined, row: () => (rows += 1) }
  await expect(database.run(rowsOf(2_000_000_000), [], sink)).rejects.toThrow('did not finish within 0.05 s')
  rows = 0
  await database.run(rowsOf(3), [], sink)
  expect(rows).toBe(3)
  database.close()
  await folder.remove()
})
