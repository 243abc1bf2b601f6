/**
 * PostgreSQL, with pg: one connection for the query, and one that listens where a channel is configured. LISTEN precedes
 * the first read, so that no change is missed; when either connection breaks, the attempt ends, and the next one listens
 * and reads again.
 */
import type { Socket } from 'node:net'
import { Client, escapeIdentifier, Query, type QueryConfig } from 'pg'
import { SourceError } from '../source.ts'
import {
  createFeed,
  createGuardedSocket,
  type Database,
  type DatabaseKind,
  type DatabaseOptions,
  errorField,
  isNetworkCode,
  type Sink,
  untilEnd,
  withTimeout,
} from './database.ts'
import { interceptRows } from './postgres-rows.ts'

const KEEP_ALIVE_MS = 30_000

interface Reader {
  readonly client: Client
  readonly rows: ReturnType<typeof interceptRows>
}

/** What pg emits before the rows of a result. */
interface Described {
  readonly fields: readonly { readonly name: string }[]
}

export const postgres: DatabaseKind = {
  async open(options) {
    const { listen, timeoutMs, wake } = options
    const sockets: Socket[] = []
    const close = (): void => sockets.forEach((socket) => socket.destroy())
    const within = <T>(what: string, work: Promise<T>): Promise<T> => withTimeout(work, what, options)
    try {
      const client = connect(options, sockets)
      const listener = listen === undefined ? null : connect(options, sockets)
      await within('Connecting to PostgreSQL', Promise.all([client.connect(), listener?.connect()]))
      await within(
        'Preparing the session of PostgreSQL',
        Promise.all([
          client.query(`SET default_transaction_read_only = on; SET statement_timeout = ${Math.ceil(timeoutMs)}`),
          listener?.on('notification', wake).query(`LISTEN ${escapeIdentifier(listen ?? '')}`),
        ]),
      )
      const reader: Reader = { client, rows: interceptRows(client.connection.stream) }
      return {
        mayHaveChanged: () => Promise.resolve(true),
        async run(query, parameters, sink) {
          // The listener gets a query too, because nothing else shows that a silent connection is dead.
          await within('The query', Promise.all([stream(reader, query, parameters, sink), listener?.query('SELECT 1')]))
        },
        scalar: (query) => within('The query', scalar(reader, query)),
        close,
      } satisfies Database
    } catch (error) {
      close()
      throw error
    }
  },

  explain(error) {
    const code = errorField(error, 'code')
    const text = errorField(error, 'message')
    if (code === '57014')
      return new SourceError('network', `PostgreSQL ended the query at its time limit (${text}); make it faster, or allow more time.`)
    if (code === '53300') return new SourceError('rate', `PostgreSQL has no free connection (${text}); retrying.`)
    if (code.startsWith('28'))
      return new SourceError('auth', `PostgreSQL refuses the login (${text}); correct the user or password in the url.`)
    if (code === '3D000') return new SourceError('config', `PostgreSQL does not know the database (${text}); correct the url.`)
    if (/^(?:42|25006|22|0A)/.test(code)) return new SourceError('config', `PostgreSQL refuses the query (${text}); correct it.`)
    if (/^(?:08|53|57|58)/.test(code) || isNetworkCode(code) || text.startsWith('Connection terminated')) {
      return new SourceError('network', `PostgreSQL is unreachable (${text || code}); retrying.`)
    }
    if (code === 'ERR_INVALID_URL') return new SourceError('config', 'The url is not valid; write postgres://user:password@host/database.')
    return null
  },
}

/** Leaves values as text: the tally checks them. */
const asText = { getTypeParser: () => (text: string | Buffer) => text }

/** In the extended protocol, in which a query is one statement. */
const queryOf = (text: string, parameters: readonly unknown[]) =>
  new Query<unknown[], unknown[]>({ text, values: [...parameters], rowMode: 'array', types: asText, queryMode: 'extended' } as QueryConfig)

async function stream({ client, rows }: Reader, text: string, parameters: readonly unknown[], sink: Sink): Promise<void> {
  const feed = createFeed(sink)
  const describe = ({ fields }: Described): void => feed.columns(fields.map(({ name }) => name))
  client.connection.once('rowDescription', describe)
  rows.take(feed.row)
  try {
    await untilEnd(client.query(queryOf(text, parameters)), feed)
  } finally {
    rows.take(null)
    client.connection.off('rowDescription', describe)
  }
}

async function scalar({ client }: Reader, text: string): Promise<unknown> {
  const running = client.query(queryOf(text, []))
  let value: unknown
  running.on('row', ([first]) => (value ??= first))
  await untilEnd(running, { error: undefined })
  return value ?? null
}

function connect({ url, onLost }: DatabaseOptions, sockets: Socket[]): Client {
  const client = new Client({
    connectionString: url,
    application_name: 'mailbell',
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    // Its end() waits for a goodbye, which a dead peer never sends; destroying the socket does not.
    stream: () => {
      const socket = createGuardedSocket()
      sockets.push(socket)
      return socket
    },
  })
  client.on('error', onLost)
  client.on('end', () => onLost(new SourceError('network', 'PostgreSQL closed the connection; reconnecting.')))
  return client
}
