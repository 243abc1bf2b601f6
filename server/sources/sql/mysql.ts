/** MySQL and MariaDB, by mysql2: one connection, its session set to read-only transactions. Neither can wake anybody. */
import { connect as connectSocket, type Socket } from 'node:net'
import { type Connection, createConnection, type FieldPacket } from 'mysql2/promise'
import { SourceError } from '../source.ts'
import { type Database, type DatabaseKind, errorField, isNetworkCode } from './database.ts'
import { withDeadline } from './deadline.ts'

const DEFAULT_PORT = 3306
const KEEP_ALIVE_MS = 30_000

export const mysql: DatabaseKind = {
  async open({ url, query, timeoutMs, signal, lost }) {
    const address = addressOf(url)
    let socket: Socket | undefined
    const close = (): void => void socket?.destroy()
    const ask = <T>(what: string, work: Promise<T>): Promise<T> => withDeadline(work, what, timeoutMs, signal)
    try {
      const connecting = createConnection({
        uri: url,
        connectTimeout: 0,
        rowsAsArray: true,
        supportBigNumbers: true,
        bigNumberStrings: true,
        dateStrings: true,
        jsonStrings: true,
        // Its own end() says goodbye first, and nothing can end it while it connects; the socket itself can be.
        stream: () => {
          socket = connectSocket({ ...address, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS })
          return socket
        },
      })
      const connection = await ask('Connecting to the database', connecting)
      connection.on('error', lost)
      socket?.once('close', () => lost(new SourceError('network', 'The database closed the connection; it is asked again.')))
      await ask('Setting the session up', setUp(connection, timeoutMs))
      return {
        async read() {
          const [rows, fields] = await ask('The query', connection.query(query) as Promise<[unknown, FieldPacket[] | undefined]>)
          return { columns: fields?.map(({ name }) => name) ?? [], rows: Array.isArray(rows) ? rows : [] }
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
    const said = errorField(error, 'message')
    if (timedOut.has(code))
      return new SourceError('network', `The database ended the query after its time (${said}); make it faster, or allow more time.`)
    if (tooMany.has(code)) return new SourceError('rate', `The database has no connection free (${said}); it is asked again.`)
    if (refused.has(code))
      return new SourceError('auth', `The database refuses the login (${said}); correct the user or password in the url.`)
    if (wrongQuery.has(code)) return new SourceError('config', `The database refuses the query (${said}); correct it.`)
    if (code.startsWith('PROTOCOL_') || code === 'ER_SERVER_SHUTDOWN' || isNetworkCode(code)) {
      return new SourceError('network', `The database cannot be reached (${said || code}); it is asked again.`)
    }
    return null
  },
}

async function setUp(connection: Connection, timeoutMs: number): Promise<void> {
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

const timedOut: ReadonlySet<string> = new Set(['ER_QUERY_TIMEOUT', 'ER_STATEMENT_TIMEOUT', 'ER_QUERY_INTERRUPTED'])
const tooMany: ReadonlySet<string> = new Set(['ER_CON_COUNT_ERROR', 'ER_TOO_MANY_USER_CONNECTIONS', 'ER_USER_LIMIT_REACHED'])
const refused: ReadonlySet<string> = new Set(['ER_ACCESS_DENIED_ERROR', 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR', 'ER_DBACCESS_DENIED_ERROR'])
const wrongQuery: ReadonlySet<string> = new Set([
  'ER_BAD_DB_ERROR',
  'ER_PARSE_ERROR',
  'ER_EMPTY_QUERY',
  'ER_NO_SUCH_TABLE',
  'ER_BAD_FIELD_ERROR',
  'ER_NO_DB_ERROR',
  'ER_TABLEACCESS_DENIED_ERROR',
  'ER_COLUMNACCESS_DENIED_ERROR',
  'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
])
