import { afterAll, beforeAll, describe } from 'vitest'
import { sourceContract } from '../../../contract/sources/suite.ts'
import { startMariadb } from '../../../helpers/mariadb.ts'
import { needs } from '../../../helpers/parts.ts'
import type { DatabaseServer } from '../../../helpers/postgres.ts'
import { serverFixture } from './fixtures.ts'
import { databaseServerSuite } from './server-suite.ts'

describe.runIf(needs('mariadb'))('MariaDB', () => {
  let server: DatabaseServer
  beforeAll(async () => {
    server = await startMariadb()
  })
  afterAll(() => server.close())

  sourceContract('MariaDB', () => serverFixture(server))
  databaseServerSuite(() => server, 'SELECT sleep(30) AS id, 1 AS unread', '?')
})
