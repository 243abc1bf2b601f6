/** MySQL and MariaDB, by mysql2: one connection, its session set to read-only transactions. Neither can wake anybody. */
import type { Socket } from 'node:net'
import { type Connection, createConnection, type FieldPacket } from 'mysql2'
import type { Connection as Setup } from 'mysql2/promise'
import { SourceError } from '../source.ts'
import { createFeed, type Database, type DatabaseKind, errorField, isNetworkCode, type Sink, untilEnd } from './database.ts'
import { withDeadline } from './deadline.ts'
import { createGuardedSocket } from './guarded-socket.ts'

const DEFAULT_PORT = 3306
const KEEP_ALIVE_MS = 30_000

export const mysql: DatabaseKind = {
  async open({ url, timeoutMs, signal, lost }) {
    const address = addressOf(url)
    let socket: Socket | undefined
    const close = (): void => void socket?.destroy()
    const ask = <T>(what: string, work: Promise<T>): Promise<T> => withDeadline(work, what, timeoutMs, signal)
    try {
      const connection = createConnection({
        uri: url,
        connectTimeout: 0,
        rowsAsArray: true,
        supportBigNumbers: true,
        bigNumberStrings: true,
        dateStrings: true,
        jsonStrings: true,
        // Its own end() says goodbye first, and nothing can end it while it connects; the socket itself can be.
        stream: () => {
          socket = createGuardedSocket().setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS).connect(address)
          return socket
        },
      })
      connection.on('error', lost)
      const setup = connection.promise()
      await ask('Connecting to the database', setup.connect())
      socket?.once('close', () => lost(new SourceError('network', 'The database closed the connection; it is asked again.')))
      await ask('Setting the session up', setUp(setup, timeoutMs))
      return {
        mayHaveChanged: () => Promise.resolve(true),
        run: (query, parameters, sink) => ask('The query', stream(connection, query, parameters, sink)),
        close,
      } satisfies Database
    } catch (error) {
      close()
      throw error
    }
  },

  explain(error) {
    const code = errorField(error, 'code')
    const number = Number(errorField(error, 'errno'))
    const said = errorField(error, 'message')
    if (timedOut.has(number))
      return new SourceError('network', `The database ended the query after its time (${said}); make it faster, or allow more time.`)
    if (tooMany.has(number)) return new SourceError('rate', `The database has no connection free (${said}); it is asked again.`)
    if (refused.has(number))
      return new SourceError('auth', `The database refuses the login (${said}); correct the user or password in the url.`)
    if (wrongQuery.has(number)) return new SourceError('config', `The database refuses the query (${said}); correct it.`)
    if (code.startsWith('PROTOCOL_') || shutDown.has(number) || isNetworkCode(code)) {
      return new SourceError('network', `The database cannot be reached (${said || code}); it is asked again.`)
    }
    return null
  },
}

function stream(connection: Connection, sql: string, parameters: readonly unknown[], sink: Sink): Promise<void> {
  const feed = createFeed(sink)
  const running = connection.query({ sql, values: [...parameters] })
  running.on('fields', (fields: readonly FieldPacket[] | undefined) => feed.columns(fields?.map(({ name }) => name) ?? []))
  running.on('result', (row: unknown) => {
    if (Array.isArray(row)) feed.row(row)
  })
  return untilEnd(running, feed)
}

async function setUp(connection: Setup, timeoutMs: number): Promise<void> {
  await connection.query('SET SESSION TRANSACTION READ ONLY')
  const [rows] = await connection.query<never[]>('SELECT VERSION()')
  const isMariaDb = JSON.stringify(rows).includes('MariaDB')
  await connection.query(
    isMariaDb ? `SET SESSION max_statement_time = ${timeoutMs / 1000}` : `SET SESSION max_execution_time = ${Math.ceil(timeoutMs)}`,
  )
}

/** @throws SourceError that does not repeat the url, as the parser's own would. */
function addressOf(url: string): { host: string; port: number } {
  const parsed = URL.parse(url)
  if (!parsed) throw new SourceError('config', 'The url is not valid; write mysql://user:password@host/database.')
  const host = decodeURIComponent(parsed.hostname.replace(/^\[|\]$/g, '')) || 'localhost'
  return { host, port: Number(parsed.port) || DEFAULT_PORT }
}

// By number, because mysql2 does not know the names of all of MariaDB's (mariadb.com/kb/en/mariadb-error-code-reference).
const timedOut: ReadonlySet<number> = new Set([1317, 1969, 3024])
const tooMany: ReadonlySet<number> = new Set([1040, 1203, 1226])
const refused: ReadonlySet<number> = new Set([1044, 1045, 1130, 1251, 1698])
const wrongQuery: ReadonlySet<number> = new Set([1046, 1049, 1052, 1054, 1055, 1064, 1065, 1142, 1143, 1146, 1305, 1370, 1792])
const shutDown: ReadonlySet<number> = new Set([1053, 1077, 1079, 1927])
