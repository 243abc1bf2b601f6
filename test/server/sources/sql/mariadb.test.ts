import { afterAll, beforeAll, describe } from 'vitest'
import { sourceContract } from '../../../contract/sources/suite.ts'
import { startMariadb } from '../../../helpers/programs/mariadb.ts'
import { needs } from '../../../helpers/parts.ts'
import type { DatabaseServer } from '../../../helpers/programs/postgres.ts'
import { serverFixture } from './fixtures.ts'
import { databaseServerSuite } from './server-suite.ts'

const ROWS = `SELECT CAST('1' AS BINARY) AS id, CAST(2 AS DECIMAL(10, 3)) AS unread, 3e0 AS total, JSON_ARRAY(
  JSON_OBJECT('id', 7, 'from', NULL, 'subject', 'One', 'date', TIMESTAMP '2026-01-02 10:00:00'),
  JSON_OBJECT('id', '8', 'from', 'Kim', 'subject', NULL, 'date', TIMESTAMP '2026-01-02 10:00:00.123456')) AS latest`

describe.runIf(needs('mariadb'))('MariaDB', () => {
  let server: DatabaseServer
  beforeAll(async () => {
    server = await startMariadb()
  })
  afterAll(() => server.close())

  sourceContract('MariaDB', () => serverFixture(server))
  databaseServerSuite(() => server, 'SELECT sleep(30) AS id, 1 AS unread', '?', ROWS)
})
