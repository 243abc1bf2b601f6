/**
 * PostgreSQL, by pg: one connection for the query, and one that listens where a channel is configured. LISTEN stands
 * before the first read, so that nothing falls between; when either connection breaks, the attempt ends, and the next
 * one listens and reads anew.
 */
import type { Socket } from 'node:net'
import { Client, escapeIdentifier, Query, type ResultBuilder } from 'pg'
import { SourceError } from '../source.ts'
import {
  createFeed,
  type Database,
  type DatabaseKind,
  type DatabaseOptions,
  errorField,
  isNetworkCode,
  type Sink,
  untilEnd,
} from './database.ts'
import { withDeadline } from './deadline.ts'
import { createGuardedSocket } from './guarded-socket.ts'

const KEEP_ALIVE_MS = 30_000

export const postgres: DatabaseKind = {
  async open(options) {
    const { listen, timeoutMs, signal, wake } = options
    const sockets: Socket[] = []
    const close = (): void => sockets.forEach((socket) => socket.destroy())
    const ask = <T>(what: string, work: Promise<T>): Promise<T> => withDeadline(work, what, timeoutMs, signal)
    try {
      const reader = connect(options, sockets)
      const listener = listen === undefined ? null : connect(options, sockets)
      await ask('Connecting to PostgreSQL', Promise.all([reader.connect(), listener?.connect()]))
      await ask(
        'Setting PostgreSQL up',
        Promise.all([
          reader.query(`SET default_transaction_read_only = on; SET statement_timeout = ${Math.ceil(timeoutMs)}`),
          listener?.on('notification', wake).query(`LISTEN ${escapeIdentifier(listen ?? '')}`),
        ]),
      )
      return {
        mayHaveChanged: () => Promise.resolve(true),
        async run(query, parameters, sink) {
          // The listener is asked something too: a connection that died in silence never says so by itself.
          await ask('The query', Promise.all([stream(reader, query, parameters, sink), listener?.query('SELECT 1')]))
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
    if (code === '57014')
      return new SourceError('network', `PostgreSQL ended the query after its time (${said}); make it faster, or allow more time.`)
    if (code === '53300') return new SourceError('rate', `PostgreSQL has no connection free (${said}); it is asked again.`)
    if (code.startsWith('28'))
      return new SourceError('auth', `PostgreSQL refuses the login (${said}); correct the user or password in the url.`)
    if (code === '3D000') return new SourceError('config', `PostgreSQL does not know the database (${said}); correct the url.`)
    if (/^(?:42|25006|22|0A)/.test(code)) return new SourceError('config', `PostgreSQL refuses the query (${said}); correct it.`)
    if (/^(?:08|53|57|58)/.test(code) || isNetworkCode(code) || said.startsWith('Connection terminated')) {
      return new SourceError('network', `PostgreSQL cannot be reached (${said || code}); it is asked again.`)
    }
    if (code === 'ERR_INVALID_URL') return new SourceError('config', 'The url is not valid; write postgres://user:password@host/database.')
    return null
  },
}

/** Every value as the text that came: counts are checked by whoever reads them, and nothing is parsed in vain. */
const asText = { getTypeParser: () => (text: string | Buffer) => text }

/** Extended, so that it is one statement, whatever the text holds. */
function stream(client: Client, text: string, parameters: readonly unknown[], sink: Sink): Promise<void> {
  const feed = createFeed(sink)
  const config = { text, values: [...parameters], rowMode: 'array', types: asText, queryMode: 'extended' }
  const running = client.query(new Query<unknown[], unknown[]>(config))
  let described = false
  const describe = (result: ResultBuilder<unknown[]> | undefined): void => {
    if (!described) feed.columns(result?.fields.map(({ name }) => name) ?? [])
    described = true
  }
  running.on('row', (row, result) => {
    if (!described) describe(result)
    feed.row(row)
  })
  // Before the listener that ends it: a result without a row has columns too.
  running.on('end', describe)
  return untilEnd(running, feed)
}

function connect({ url, lost }: DatabaseOptions, sockets: Socket[]): Client {
  const client = new Client({
    connectionString: url,
    application_name: 'mailbell',
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    // Its own end() says goodbye first, which may take as long as a dead peer likes; the socket itself does not.
    stream: () => {
      const socket = createGuardedSocket()
      sockets.push(socket)
      return socket
    },
  })
  client.on('error', lost)
  client.on('end', () => lost(new SourceError('network', 'PostgreSQL closed the connection; it is asked again.')))
  return client
}
