/** Shared by the tests of the sql source: configurations, and a table of messages in each kind of database. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import type { SqlSourceConfig } from '../../../../server/sources/sql/config.ts'
import { Secret } from '../../../../server/auth/secret.ts'
import { createSqlSource } from '../../../../server/sources/sql/source.ts'
import type { DatabaseServer } from '../../../helpers/programs/postgres.ts'
import { startProxy } from '../../../helpers/web/proxy.ts'
import type { SourceFixture } from '../../../contract/sources/suite.ts'

const COUNTS = 'SELECT account AS id, unread FROM mail_count'
export const HOUR_MS = 3_600_000

/** A message of PostgreSQL's protocol that is framed as it should be, and at which the parser of `pg` throws. */
const UNKNOWN_AUTHENTICATION = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 99])

export function sqlConfig(url: string, change: Partial<SqlSourceConfig> = {}): SqlSourceConfig {
  return {
    type: 'sql',
    name: 'mail table',
    url: new Secret({ value: url }),
    query: COUNTS,
    changedSince: undefined,
    intervalMs: 50,
    listen: undefined,
    timeoutMs: 5_000,
    ...change,
  }
}

/** The contract's fixture over a database server. It goes away by being stopped. */
export async function serverFixture(server: DatabaseServer, listen?: string): Promise<SourceFixture> {
  await server.exec('DROP TABLE IF EXISTS mail_count')
  await server.exec('CREATE TABLE mail_count (account VARCHAR(100) PRIMARY KEY, unread BIGINT)')
  await server.exec("INSERT INTO mail_count VALUES ('alice', 0)")
  const change: Partial<SqlSourceConfig> = listen === undefined ? {} : { listen, intervalMs: 1_000 }
  return {
    account: 'alice',
    source: () => createSqlSource(sqlConfig(server.url(), change)),
    async setUnread(unread) {
      await server.exec(
        `UPDATE mail_count SET unread = ${unread} WHERE account = 'alice'${listen === undefined ? '' : `; NOTIFY "${listen}"`}`,
      )
    },
    withWrongCredentials: () => createSqlSource(sqlConfig(server.url({ password: 'wrong' }), change)),
    goAway: () => server.stop(),
    comeBack: () => server.start(),
    async withGarbage() {
      const garbage = createServer((socket) => {
        socket.on('error', () => undefined).resume()
        socket.end(Buffer.concat([UNKNOWN_AUTHENTICATION, Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n\0\x01\x02garbage'.repeat(50))]))
      }).listen(0, '127.0.0.1')
      await once(garbage, 'listening')
      const { port } = garbage.address() as AddressInfo
      return {
        source: createSqlSource(sqlConfig(server.url({ port }), { ...change, timeoutMs: 500 })),
        async close() {
          garbage.close()
          await once(garbage, 'close')
        },
      }
    },
    onlyKicked: () => createSqlSource(sqlConfig(server.url(), { intervalMs: HOUR_MS })),
    close: () => Promise.resolve(),
  }
}

/** A source behind a proxy that can swallow what passes. */
export async function behindProxy(server: DatabaseServer, change: Partial<SqlSourceConfig> = {}) {
  const proxy = await startProxy(server.port)
  return { proxy, source: createSqlSource(sqlConfig(server.url({ port: proxy.port }), change)) }
}

/** How many users the tests of a large table have, and how many of them change. */
export const CROWD = { users: 10_000, changed: 500 } as const

export const crowdId = (n: number): string => `user${String(n).padStart(5, '0')}@example.org`

/** Fills `mail_count` with 10,000 users, each with 1 unread. */
export async function seedCrowd(server: DatabaseServer): Promise<void> {
  const rows = Array.from({ length: CROWD.users }, (_, n) => `('${crowdId(n)}', 1)`)
  await server.exec('DROP TABLE IF EXISTS mail_count')
  await server.exec('CREATE TABLE mail_count (account VARCHAR(100) PRIMARY KEY, unread BIGINT)')
  await server.exec(`INSERT INTO mail_count VALUES ${rows.join(',')}`)
}

/** The SQL that gives every tenth user of the first half `unread` messages, and the ids of those users. */
export function crowdChange(unread: number): { readonly sql: string; readonly ids: readonly string[] } {
  const ids = Array.from({ length: CROWD.changed }, (_, n) => crowdId(10 * n))
  const end = crowdId(10 * CROWD.changed)
  return { sql: `UPDATE mail_count SET unread = ${unread} WHERE account LIKE 'user____0@%' AND account < '${end}'`, ids }
}
