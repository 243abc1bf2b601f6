import { afterAll, beforeAll, describe } from 'vitest'
import { sourceContract } from '../contract/sources/suite.ts'
import { needs } from '../helpers/parts.ts'
import { type DatabaseServer, startPostgres } from '../helpers/postgres.ts'
import { serverFixture } from './sql-fixtures.ts'

describe.runIf(needs('postgres'))('PostgreSQL', () => {
  let server: DatabaseServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.close())

  sourceContract('PostgreSQL', () => serverFixture(server))
  sourceContract('PostgreSQL with LISTEN', () => serverFixture(server, 'mail_changed'))
})
