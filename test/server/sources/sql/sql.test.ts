import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SqlSourceConfig } from '../../../../server/sources/sql/config.ts'
import { Secret } from '../../../../server/auth/secret.ts'
import { createSqlSource } from '../../../../server/sources/sql/source.ts'
import { runSources, type RunningSources } from '../../../helpers/sources/sources.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/tmp.ts'
import { until } from '../../../helpers/until.ts'
import { HOUR_MS, sqlConfig } from './fixtures.ts'

/** In letter cases of databases that fold them. */
const ALL_COLUMNS = 'SELECT account AS ID, unread AS Unread, total, latest FROM mail_count'

const stateOf = ({ states }: RunningSources) => until(() => states.find(({ phase }) => phase !== 'starting' && phase !== 'live'))

let folder: TemporaryFolder
let database: DatabaseSync
let running: RunningSources | null = null

beforeEach(async () => {
  folder = await temporaryFolder()
  database = new DatabaseSync(join(folder.path, 'mail.db'))
  database.exec('PRAGMA journal_mode = WAL')
})
afterEach(async () => {
  await running?.close()
  running = null
  database.close()
  await folder.remove()
})

describe('the rows of the sql source', () => {
  // Without types, so that a row may hold anything.
  beforeEach(() => database.exec('CREATE TABLE mail_count (account, unread, total, latest)'))

  function fill(rows: readonly (readonly (string | number | bigint | null)[])[]): void {
    database.exec('BEGIN; DELETE FROM mail_count')
    const insert = database.prepare('INSERT INTO mail_count VALUES (?, ?, ?, ?)')
    for (const [account = null, unread = null, total = null, latest = null] of rows) insert.run(account, unread, total, latest)
    database.exec('COMMIT')
  }

  /** The accounts and rows that the warnings name. */
  const named = (warnings: readonly object[]) =>
    warnings.flatMap((fields) => ('account' in fields ? fields.account : Reflect.get(fields, 'row')))

  async function run(change: Partial<SqlSourceConfig> = {}): Promise<RunningSources> {
    const source = createSqlSource(sqlConfig(`sqlite:${join(folder.path, 'mail.db')}`, { intervalMs: HOUR_MS, ...change }))
    running = await runSources([source])
    return running
  }

  test('may have numbers as ids, and decimal text as counts', async () => {
    fill([
      [42, '7'],
      ['9007199254740993', 1],
      [9007199254740993n, 2],
    ])
    const { shows, warnings } = await run()
    await shows('42', 7)
    await shows('9007199254740993', 1)
    expect(warnings).toHaveLength(1)
  })

  test('are skipped one by one where they are invalid, each logged once until it changes', async () => {
    fill([
      ['alice', 1],
      ['bob', -1],
      ['carol', 1.5],
      ['dave', null],
      ['..', 1],
      ['erin', 2n ** 60n],
      ['frank', 'secret words'],
      [null, 3],
      ['grace', 4],
    ])
    const { board, shows, warnings } = await run({ query: 'SELECT account AS id, unread FROM mail_count' })
    await shows('alice', 1)
    await shows('grace', 4)
    expect(['bob', 'carol', 'dave', 'erin', 'frank'].map((id) => board.get(id))).toMatchObject(
      Array.from({ length: 5 }, () => ({ status: 'error', counts: null, error: { message: expect.stringContaining('its unread is') } })),
    )
    expect(board.size).toBe(7)
    expect(named(warnings)).toEqual(['bob', 'carol', 'dave', 'erin', 'frank', '..', 'NULL'])
    expect(JSON.stringify(warnings)).not.toContain('secret words')

    database.exec("UPDATE mail_count SET unread = 5 WHERE account = 'grace'")
    await shows('grace', 5)
    expect(warnings).toHaveLength(7)
    database.exec("UPDATE mail_count SET unread = -2 WHERE account = 'bob'; UPDATE mail_count SET unread = 6 WHERE account = 'grace'")
    await shows('grace', 6)
    expect(warnings.slice(7)).toMatchObject([{ account: 'bob', reason: expect.stringContaining('-2') }])
  })

  test('keep the number of an account whose row becomes invalid, as not fresh', async () => {
    fill([
      ['alice', 3],
      ['bob', 1],
    ])
    const { board, shows } = await run()
    await shows('alice', 3)
    fill([
      ['alice', 'many'],
      ['bob', 2],
    ])
    await shows('bob', 2)
    expect(board.get('alice')).toMatchObject({ status: 'stale', counts: { unread: 3 }, error: { code: 'protocol' } })
    fill([
      ['alice', 4],
      ['bob', 2],
    ])
    await shows('alice', 4)
    expect(board.get('alice')?.error).toBeUndefined()
  })

  test('count the first row where an id occurs twice', async () => {
    fill([
      ['alice', 3],
      ['alice', 8],
      ['bob', 'bad'],
      ['bob', 1],
      ['carol', 1],
    ])
    const { board, shows, warnings } = await run({ query: 'SELECT account AS id, unread FROM mail_count ORDER BY rowid' })
    await shows('carol', 1)
    await shows('alice', 3)
    expect(board.get('bob')).toMatchObject({ status: 'error', counts: null })
    expect(named(warnings)).toEqual(['bob', 'alice'])
  })

  test('that vanish become 0', async () => {
    fill([
      ['alice', 3],
      ['bob', 1],
    ])
    const { shows } = await run()
    await shows('alice', 3)
    fill([['bob', 1]])
    await shows('alice', 0)
    await shows('bob', 1)
    fill([])
    await shows('bob', 0)
  })

  test('become 0 also where their row was unreadable before it vanished', async () => {
    fill([
      ['alice', 3],
      ['bob', 1],
    ])
    const { board, shows } = await run()
    await shows('alice', 3)
    fill([
      ['alice', 'many'],
      ['bob', 2],
    ])
    await shows('bob', 2)
    expect(board.get('alice')?.status).toBe('stale')
    fill([['bob', 3]])
    await shows('alice', 0)
  })

  test('may contain a total and the latest messages', async () => {
    const mail = {
      id: '1',
      from: '김하늘 <haneul@example.org>',
      subject: '회의',
      date: '2026-01-01T09:00:00.000Z',
      messageId: '1@example.org',
    }
    fill([
      ['alice', 1, 12, JSON.stringify([mail])],
      ['bob', 1, 2, 'no JSON'],
      ['carol', 1, null, null],
      ['dave', 1, 1, JSON.stringify([{ ...mail, messageId: 'a stranger wrote this' }])],
    ])
    const { board, shows, warnings } = await run({ query: ALL_COLUMNS })
    await shows('alice', 1)
    expect(board.get('alice')?.counts).toMatchObject({ unread: 1, total: 12, latest: [mail] })
    expect(board.get('dave')?.counts?.latest).toEqual([{ ...mail, messageId: undefined }])
    expect(board.get('carol')?.counts?.total).toBeUndefined()
    expect(board.get('carol')?.counts?.latest).toBeUndefined()
    expect(board.get('bob')).toMatchObject({ status: 'ok', counts: { unread: 1, total: 2 } })
    expect(board.get('bob')?.counts?.latest).toBeUndefined()
    expect(warnings).toMatchObject([{ row: 'bob', reason: 'its latest is not a JSON list of messages' }])
  })

  test('count whatever their latest is, which costs its messages only', async () => {
    const row = (latest: string | null): (string | number | null)[] => [`user${(n += 1)}`, 1, null, latest]
    let n = 0
    const message = { id: 7, from: null, subject: null, date: '2026-01-02T10:00:00+00:00' }
    fill([
      ...[null, '', '[]', '{}', '5', 'null', 'no JSON', '"[]"', `[${'['.repeat(20_000)}`, `"${'x'.repeat(1_000_000)}"`].map(row),
      row(`\ufeff${JSON.stringify([message, null, { id: '' }])}`),
      row(JSON.stringify(Array.from({ length: 25 }, (_, id) => ({ ...message, id, date: 'soon' })))),
    ])
    const { board, shows, warnings } = await run({ query: ALL_COLUMNS })
    await shows('user12', 1)
    const latest = Array.from({ length: 12 }, (_, at) => board.get(`user${at + 1}`)?.counts?.latest)
    expect([...board.entries('*')].map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 'ok'))
    expect(latest.slice(0, 3)).toEqual([undefined, undefined, []])
    expect(latest.slice(3, 10)).toEqual(Array.from({ length: 7 }, () => undefined))
    expect(latest[10]).toEqual([{ id: '7', from: '', subject: '', date: '2026-01-02T10:00:00.000Z' }])
    expect(latest[11]).toHaveLength(20)
    expect(latest[11]?.[0]).toEqual({ id: '0', from: '', subject: '', date: undefined })
    expect(named(warnings)).toEqual(['user4', 'user5', 'user7', 'user8', 'user9', 'user10', 'user11'])
  })

  test('may have any type of column that holds a whole number or text', async () => {
    database.exec(`INSERT INTO mail_count VALUES
      (CAST('alice' AS BLOB), CAST('3' AS BLOB), '4.00', CAST('[]' AS BLOB)), ('bob', 5.0, -1, x'ff'), ('carol', ' 6 ', 'many', 7), ('dave', x'ff', 1, NULL)`)
    const { board, shows } = await run({ query: ALL_COLUMNS })
    await shows('alice', 3)
    await shows('bob', 5)
    await shows('carol', 6)
    expect(['alice', 'bob', 'carol'].map((id) => board.get(id)?.counts?.total)).toEqual([4, undefined, undefined])
    expect(board.get('dave')).toMatchObject({ status: 'error', error: { message: expect.stringContaining('neither a number nor a text') } })
  })

  test('need the columns id and unread, or the error names the existing ones', async () => {
    const state = await stateOf(await run({ query: 'SELECT account, unread AS n FROM mail_count' }))
    expect(state).toMatchObject({ phase: 'stopped', error: { code: 'config', message: expect.stringContaining('account, n') } })
  })

  test('are never written: a query that writes is refused', async () => {
    fill([['alice', 1]])
    const state = await stateOf(await run({ query: 'DELETE FROM mail_count' }))
    expect(state).toMatchObject({ phase: 'stopped', error: { code: 'config' } })
    expect(database.prepare('SELECT count(*) AS n FROM mail_count').get()).toEqual({ n: 1 })
  })

  test('are read from the new file when the file is replaced', async () => {
    fill([['alice', 1]])
    const { shows, collector } = await run()
    await shows('alice', 1)
    const other = join(folder.path, 'other.db')
    database.exec(`VACUUM INTO '${other}'`)
    const changed = new DatabaseSync(other)
    changed.exec('UPDATE mail_count SET unread = 9')
    changed.close()
    database.close()
    await rm(`${join(folder.path, 'mail.db')}-wal`, { force: true })
    await rm(`${join(folder.path, 'mail.db')}-shm`, { force: true })
    await rename(other, join(folder.path, 'mail.db'))
    collector.kick()
    await shows('alice', 9)
    database.open()
  })
})

describe('an sql source with a query for changes', () => {
  beforeEach(() => database.exec('CREATE TABLE mail_count (id, unread, rev INTEGER)'))

  /** The query for changes adds 100, which tells its results apart. */
  async function run(fullMs: number): Promise<RunningSources> {
    const changedSince = {
      cursor: 'SELECT max(rev) FROM mail_count',
      query: 'SELECT id, unread + 100 AS unread FROM mail_count WHERE rev > ?',
      fullMs,
    }
    const url = `sqlite:${join(folder.path, 'mail.db')}`
    running = await runSources([
      createSqlSource(sqlConfig(url, { query: 'SELECT id, unread FROM mail_count', intervalMs: HOUR_MS, changedSince })),
    ])
    return running
  }

  test('reads everything once, and then only those rows', async () => {
    database.exec("INSERT INTO mail_count VALUES ('alice', 1, 1), ('bob', 2, 2)")
    const { board, shows, changedIds } = await run(HOUR_MS)
    await shows('alice', 1)
    await shows('bob', 2)
    changedIds.length = 0
    database.exec("UPDATE mail_count SET unread = 5, rev = 3 WHERE id = 'alice'; INSERT INTO mail_count VALUES ('carol', 7, 4)")
    await shows('alice', 105)
    await shows('carol', 107)
    expect(changedIds.flat().toSorted()).toEqual(['alice', 'carol'])
    expect(board.get('bob')).toMatchObject({ status: 'ok', counts: { unread: 2 } })
  })

  test('confirms the others without reading them', async () => {
    database.exec("INSERT INTO mail_count VALUES ('alice', 1, 1), ('bob', 2, 2)")
    const { board, shows } = await run(HOUR_MS)
    await shows('bob', 2)
    const before = board.get('bob')?.checkedAtMs ?? 0
    await until(() => Date.now() > before)
    database.exec("UPDATE mail_count SET unread = 5, rev = 3 WHERE id = 'alice'")
    await shows('alice', 105)
    expect(board.get('bob')?.checkedAtMs).toBeGreaterThan(before)
  })

  test('reads everything as long as there is no cursor', async () => {
    const { shows, states } = await run(HOUR_MS)
    await until(() => states.some(({ phase }) => phase === 'live'))
    database.exec("INSERT INTO mail_count VALUES ('alice', 1, 1)")
    await shows('alice', 1)
    database.exec("UPDATE mail_count SET unread = 2, rev = 2 WHERE id = 'alice'")
    await shows('alice', 102)
  })

  test('finds deleted rows in a full read', async () => {
    database.exec("INSERT INTO mail_count VALUES ('alice', 1, 1), ('bob', 2, 2)")
    const { collector, shows } = await run(1)
    await shows('bob', 2)
    database.exec("DELETE FROM mail_count WHERE id = 'alice'")
    collector.kick()
    await shows('alice', 0)
    await shows('bob', 2)
  })
})

async function refusal(change: Partial<SqlSourceConfig>, url = 'nonsense://user:hidden@host/db'): Promise<string> {
  const refused = await runSources([createSqlSource(sqlConfig(url, change))])
  try {
    const state = await until(() => refused.states.find(({ phase }) => phase === 'stopped'))
    expect(state).toMatchObject({ error: { code: 'config' } })
    const text = JSON.stringify([refused.states, refused.warnings])
    expect(text).not.toContain('hidden')
    return text
  } finally {
    await refused.close()
  }
}

describe('the url of the sql source', () => {
  test('is refused where its scheme is unknown, without being repeated', async () => {
    expect(await refusal({})).toContain('must begin with sqlite:')
  })

  test('is refused where it is not valid, without being repeated', async () => {
    expect(await refusal({}, 'mysql://user:hidden@host:port:port/db')).toContain('not valid')
    expect(await refusal({}, 'postgres://user:hidden@host:port:port/db')).toContain('not valid')
  })

  test('is refused where its secret is missing, which is named', async () => {
    expect(await refusal({ url: new Secret({ env: 'MAILBELL_TEST_NOT_SET' }) })).toContain('MAILBELL_TEST_NOT_SET')
  })

  test('is refused with a channel where the database has none', async () => {
    expect(await refusal({ listen: 'mail' }, 'sqlite:/nowhere')).toContain('PostgreSQL')
  })
})
