import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSqlSource } from '../../../../server/sources/sql/source.ts'
import { sourceContract } from '../../../contract/sources/suite.ts'
import { type DatabaseServer, startPostgres } from '../../../helpers/programs/postgres.ts'
import { needs } from '../../../helpers/parts.ts'
import { runSources } from '../../../helpers/sources/sources.ts'
import { until } from '../../../helpers/until.ts'
import { CROWD, crowdChange, crowdId, HOUR_MS, seedCrowd, serverFixture, sqlConfig } from './fixtures.ts'
import { databaseServerSuite } from './server-suite.ts'

/** A name that LISTEN takes only in quotes. */
const CHANNEL = 'Mail changed'

const ROWS = `SELECT 1::smallint AS id, 2::numeric(10, 3) AS unread, 3::double precision AS total, json_build_array(
  json_build_object('id', 7::bigint, 'from', NULL, 'subject', 'One', 'date', timestamptz '2026-01-02 19:00:00+09'),
  json_build_object('id', '8', 'from', 'Kim', 'subject', NULL, 'date', (timestamp '2026-01-02 10:00:00.123456')::text)) AS latest`

describe.runIf(needs('postgres'))('PostgreSQL', () => {
  let server: DatabaseServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.close())

  sourceContract('PostgreSQL', () => serverFixture(server))
  sourceContract('PostgreSQL with LISTEN', () => serverFixture(server, CHANNEL))

  databaseServerSuite(() => server, 'SELECT pg_sleep(30) AS id, 1 AS unread', '$1', ROWS)

  test('reports 500 of 10,000 users at once after a notification', async () => {
    await seedCrowd(server)
    const running = await runSources([createSqlSource(sqlConfig(server.url(), { intervalMs: HOUR_MS, listen: CHANNEL }))])
    try {
      await until(() => running.board.size === CROWD.users)
      running.changedIds.length = 0
      const { sql, ids } = crowdChange(2)
      await server.exec(`${sql}; NOTIFY "${CHANNEL}"`)
      await running.shows(crowdId(0), 2)
      expect(running.changedIds).toHaveLength(1)
      expect(running.changedIds[0]?.toSorted()).toEqual(ids)
    } finally {
      await running.close()
    }
  })

  test('listens again when only the listening connection was lost', async () => {
    await seedCrowd(server)
    const running = await runSources([createSqlSource(sqlConfig(server.url(), { intervalMs: HOUR_MS, listen: CHANNEL }))])
    try {
      const timesLive = (): number => running.states.filter(({ phase }) => phase === 'live').length
      await until(() => timesLive() === 1)
      await server.exec(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mailbell' AND query LIKE 'SELECT 1%'",
      )
      await until(() => timesLive() === 2)
      await server.exec(`UPDATE mail_count SET unread = 5; NOTIFY "${CHANNEL}"`)
      await running.shows(crowdId(0), 5)
    } finally {
      await running.close()
    }
  })
})
