/** What the sql source does over a database server, whichever it is, besides the contract of all sources. */
import { describe, expect, test } from 'vitest'
import { createSqlSource } from '../../../../server/sources/sql/source.ts'
import type { DatabaseServer } from '../../../helpers/programs/postgres.ts'
import { runSources } from '../../../helpers/sources/sources.ts'
import { until } from '../../../helpers/until.ts'
import { behindProxy, CROWD, crowdChange, crowdId, HOUR_MS, seedCrowd, sqlConfig } from './fixtures.ts'

/**
 * @param slowQuery one that takes half a minute.
 * @param placeholder of a query's only parameter.
 * @param rows a query with `id`, `unread`, `total` and `latest` in types of its own, all of them valid.
 */
export function databaseServerSuite(server: () => DatabaseServer, slowQuery: string, placeholder: '$1' | '?', rows: string): void {
  test('reads its own types of columns and dates', async () => {
    const running = await runSources([createSqlSource(sqlConfig(server().url(), { query: rows }))])
    try {
      await running.shows('1', 2)
      expect(running.board.get('1')?.counts).toMatchObject({
        total: 3,
        latest: [
          { id: '7', from: '', subject: 'One', date: '2026-01-02T10:00:00.000Z' },
          { id: '8', from: 'Kim', subject: '', date: '2026-01-02T10:00:00.123Z' },
        ],
      })
      expect(running.warnings).toEqual([])
    } finally {
      await running.close()
    }
  })

  describe('with 10,000 users', () => {
    test('reports exactly the 500 that changed, at once', async () => {
      await seedCrowd(server())
      const running = await runSources([createSqlSource(sqlConfig(server().url()))])
      try {
        await until(() => running.board.size === CROWD.users)
        running.changedIds.length = 0
        const { sql, ids } = crowdChange(2)
        await server().exec(sql)
        await running.shows(crowdId(0), 2)
        expect(running.changedIds).toHaveLength(1)
        expect(running.changedIds[0]?.toSorted()).toEqual(ids)
      } finally {
        await running.close()
      }
    })
  })

  test('reads only what changed, where the config has a query for that', async () => {
    await server().exec('DROP TABLE IF EXISTS mail_rev')
    await server().exec('CREATE TABLE mail_rev (id VARCHAR(100) PRIMARY KEY, unread BIGINT, rev BIGINT)')
    await server().exec("INSERT INTO mail_rev VALUES ('alice', 1, 1), ('bob', 2, 2)")
    const changedSince = {
      cursor: 'SELECT max(rev) FROM mail_rev',
      query: `SELECT id, unread + 100 AS unread FROM mail_rev WHERE rev > ${placeholder}`,
      fullMs: HOUR_MS,
    }
    const change = { query: 'SELECT id, unread FROM mail_rev', changedSince }
    const running = await runSources([createSqlSource(sqlConfig(server().url(), change))])
    try {
      await running.shows('alice', 1)
      await running.shows('bob', 2)
      await server().exec("UPDATE mail_rev SET unread = 5, rev = 3 WHERE id = 'alice'")
      await running.shows('alice', 105)
      await running.shows('bob', 2)
    } finally {
      await running.close()
    }
  })

  test('is stale and keeps its numbers on a dead network, and recovers afterwards', async () => {
    await seedCrowd(server())
    const { proxy, source } = await behindProxy(server(), { timeoutMs: 300 })
    const running = await runSources([source])
    try {
      await running.shows(crowdId(7), 1)
      await until(() => running.states.some(({ phase }) => phase === 'live'))
      proxy.swallow()
      await until(() => running.board.get(crowdId(7))?.status === 'stale')
      expect(running.board.get(crowdId(7))?.counts?.unread).toBe(1)
      proxy.restore()
      await server().exec(`UPDATE mail_count SET unread = 9 WHERE account = '${crowdId(7)}'`)
      await running.shows(crowdId(7), 9)
    } finally {
      await running.close()
      await proxy.close()
    }
  })

  test('cannot write', async () => {
    await seedCrowd(server())
    const running = await runSources([createSqlSource(sqlConfig(server().url(), { query: 'DELETE FROM mail_count' }))])
    try {
      const state = await until(() => running.states.find(({ phase }) => phase === 'stopped'))
      expect(state).toMatchObject({ error: { code: 'config', message: expect.stringMatching(/read.only/i) } })
    } finally {
      await running.close()
    }
  })

  test('stops at an invalid query, with the text of the database and without the password', async () => {
    const running = await runSources([createSqlSource(sqlConfig(server().url(), { query: 'SELECT id, unread FROM nowhere' }))])
    try {
      const state = await until(() => running.states.find(({ phase }) => phase === 'stopped'))
      expect(state).toMatchObject({ error: { code: 'config', message: expect.stringContaining('nowhere') } })
      expect(JSON.stringify([running.states, running.warnings])).not.toContain(new URL(server().url()).password)
    } finally {
      await running.close()
    }
  })

  test('stops a query that takes too long', async () => {
    const running = await runSources([createSqlSource(sqlConfig(server().url(), { query: slowQuery, timeoutMs: 200 }))])
    try {
      const state = await until(() => running.states.find(({ phase }) => phase === 'waiting'))
      expect(state).toMatchObject({ error: { code: 'network', message: expect.stringContaining('time') } })
    } finally {
      await running.close()
    }
  })
}
