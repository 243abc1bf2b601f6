import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createSqlSource } from '../../../../server/sources/sql/source.ts'
import { sourceContract, type SourceFixture } from '../../../contract/sources/suite.ts'
import { temporaryFolder } from '../../../helpers/tmp.ts'
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
