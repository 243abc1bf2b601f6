/** MySQL and MariaDB, with mysql2: one connection with read-only transactions. Neither can report changes. */
import type { Socket } from 'node:net'
import { type Connection, createConnection, type FieldPacket, type RowDataPacket } from 'mysql2'
import type { Connection as Setup } from 'mysql2/promise'
import { SourceError } from '../source.ts'
import {
  createFeed,
  createGuardedSocket,
  type Database,
  type DatabaseKind,
  errorField,
  isNetworkCode,
  type Sink,
  untilEnd,
  withTimeout,
} from './database.ts'
import { createRowEncoder } from './row-bytes.ts'

const DEFAULT_PORT = 3306
const KEEP_ALIVE_MS = 30_000

export const mysql: DatabaseKind = {
  async open(options) {
    const { url, timeoutMs, onLost } = options
    const address = addressOf(url)
    let socket: Socket | undefined
    const close = (): void => void socket?.destroy()
    const within = <T>(what: string, work: Promise<T>): Promise<T> => withTimeout(work, what, options)
    try {
      const connection = createConnection({
        uri: url,
        connectTimeout: 0,
        rowsAsArray: true,
        supportBigNumbers: true,
        bigNumberStrings: true,
        dateStrings: true,
        jsonStrings: true,
        // Its end() waits for a goodbye, and cannot end a connection that is being made; destroying the socket can.
        stream: () => {
          socket = createGuardedSocket().setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS).connect(address)
          return socket
        },
      })
      connection.on('error', onLost)
      const setup = connection.promise()
      await within('Connecting to the database', setup.connect())
      socket?.once('close', () => onLost(new SourceError('network', 'The database closed the connection; reconnecting.')))
      await within('Preparing the session', setUp(setup, timeoutMs))
      return {
        mayHaveChanged: () => Promise.resolve(true),
        run: (query, parameters, sink) => within('The query', stream(connection, query, parameters, sink)),
        async scalar(query) {
          const [rows] = await within('The query', setup.query<RowDataPacket[][]>({ sql: query, rowsAsArray: true }))
          return rows[0]?.[0] ?? null
        },
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
    const text = errorField(error, 'message')
    if (TIMED_OUT.has(number))
      return new SourceError('network', `The database ended the query at its time limit (${text}); make it faster, or allow more time.`)
    if (TOO_MANY.has(number)) return new SourceError('rate', `The database has no free connection (${text}); retrying.`)
    if (LOGIN_REFUSED.has(number))
      return new SourceError('auth', `The database refuses the login (${text}); correct the user or password in the url.`)
    if (INVALID_QUERY.has(number)) return new SourceError('config', `The database refuses the query (${text}); correct it.`)
    if (code.startsWith('PROTOCOL_') || SHUT_DOWN.has(number) || isNetworkCode(code)) {
      return new SourceError('network', `The database is unreachable (${text || code}); retrying.`)
    }
    return null
  },
}

function stream(connection: Connection, sql: string, parameters: readonly unknown[], sink: Sink): Promise<void> {
  const feed = createFeed(sink)
  const encode = createRowEncoder(feed.row)
  const running = connection.query({ sql, values: [...parameters] })
  running.on('fields', (fields: readonly FieldPacket[] | undefined) => feed.columns(fields?.map(({ name }) => name) ?? []))
  running.on('result', (row: unknown) => {
    if (Array.isArray(row)) encode(row)
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

/** @throws SourceError without the url, which the parser's own error repeats */
function addressOf(url: string): { host: string; port: number } {
  const parsed = URL.parse(url)
  if (!parsed) throw new SourceError('config', 'The url is not valid; write mysql://user:password@host/database.')
  const host = decodeURIComponent(parsed.hostname.replace(/^\[|\]$/g, '')) || 'localhost'
  return { host, port: Number(parsed.port) || DEFAULT_PORT }
}

// Numbers, because mysql2 does not know all names of MariaDB's (mariadb.com/kb/en/mariadb-error-code-reference).
const TIMED_OUT: ReadonlySet<number> = new Set([1317, 1969, 3024])
const TOO_MANY: ReadonlySet<number> = new Set([1040, 1203, 1226])
const LOGIN_REFUSED: ReadonlySet<number> = new Set([1044, 1045, 1130, 1251, 1698])
const INVALID_QUERY: ReadonlySet<number> = new Set([1046, 1049, 1052, 1054, 1055, 1064, 1065, 1142, 1143, 1146, 1305, 1370, 1792])
const SHUT_DOWN: ReadonlySet<number> = new Set([1053, 1077, 1079, 1927])
