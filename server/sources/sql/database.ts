/** The port of a database: all that the sql source needs of it. One file implements it for each. */
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { abortable } from '../../platform/abortable.ts'
import { SourceError } from '../source.ts'
import type { RowTaker } from './row-bytes.ts'

/** Takes a result as it arrives, so that a million rows are never in memory at once. */
export interface Sink {
  /** The names of the columns; once, before the first row. */
  columns(names: readonly string[]): void
  /** A row, in the order of the columns. */
  readonly row: RowTaker
}

export interface Database {
  /** False where the database knows, without a query, that nothing changed since the previous call. */
  mayHaveChanged(): Promise<boolean>
  /** Runs a query within the timeout. Rejects also with what `sink` throws. */
  run(query: string, parameters: readonly unknown[], sink: Sink): Promise<void>
  /** The first value of the first row, as a parameter of a later query; null where there is none. */
  scalar(query: string): Promise<unknown>
  /** Closes sockets, handles and timers at once. */
  close(): void
}

export interface DatabaseOptions {
  /** May contain a password: for no message and no log. */
  readonly url: string
  /** PostgreSQL: the channel to listen on. */
  readonly listen: string | undefined
  /** Milliseconds for connecting and for each query. */
  readonly timeoutMs: number
  /** Ends the connection. */
  readonly signal: AbortSignal
  /** Called when something may have changed. */
  readonly wake: () => void
  /** Called when the connection breaks between two queries. */
  readonly onLost: (error: unknown) => void
}

export interface DatabaseKind {
  /** Connects, read-only; rejects with what `explain` can explain. */
  open(options: DatabaseOptions): Promise<Database>
  /** An error of this database, as text without a secret; null for an unknown one. */
  explain(error: unknown): SourceError | null
}

/** A field of an error, as text; empty where there is none. */
export function errorField(error: unknown, field: 'code' | 'errno' | 'errcode' | 'message'): string {
  if (typeof error !== 'object' || error === null) return ''
  const value: unknown = Reflect.get(error, field)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

const NETWORK_CODES: ReadonlySet<string> = new Set(
  'ECONNREFUSED ECONNRESET ECONNABORTED ENOTFOUND ETIMEDOUT EHOSTUNREACH ENETUNREACH EPIPE EAI_AGAIN ENOENT'.split(' '),
)

/** Whether a code of Node is that of a failing network (ENOENT: a missing Unix socket). */
export const isNetworkCode = (code: string): boolean => NETWORK_CODES.has(code)

/** @param what names the work in the error of a timeout. Late results are dropped: the caller closes the connection. */
export async function withTimeout<T>(work: Promise<T>, what: string, { timeoutMs, signal }: DatabaseOptions): Promise<T> {
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    return await abortable(work, AbortSignal.any([signal, timeout]))
  } catch (error) {
    if (signal.aborted || error !== timeout.reason) throw error
    throw new SourceError(
      'network',
      `${what} took longer than ${timeoutMs / 1000} s; see whether the database is overloaded, or allow more time.`,
    )
  }
}

/** What a driver emits for a running query. */
interface RunningQuery {
  on(event: 'error', listener: (error: unknown) => void): unknown
  on(event: 'end', listener: () => void): unknown
}

/** Resolves at the end of a query; rejects with its error, or with what `feed` threw first. */
export function untilEnd(running: RunningQuery, feed: { readonly error: unknown }): Promise<void> {
  return new Promise((resolve, reject) => {
    running.on('error', reject)
    running.on('end', () => (feed.error === undefined ? resolve() : reject(feed.error)))
  })
}

/** A sink for listeners of a driver, which must not throw: it stores the first error and drops what follows. */
export function createFeed(sink: Sink): Sink & { readonly error: unknown } {
  let first: unknown
  return {
    get error() {
      return first
    },
    columns(names) {
      try {
        sink.columns(names)
      } catch (error) {
        first ??= error
      }
    },
    // No closure: it would be made for each of a million rows.
    row(bytes, start, end) {
      if (first !== undefined) return
      try {
        sink.row(bytes, start, end)
      } catch (error) {
        first = error
      }
    },
  }
}

/** A socket whose listeners may throw. The parsers of the databases do throw in 'data', when something else answers. */
export function createGuardedSocket(): Socket {
  const socket = new Socket()
  guard(socket)
  return socket
}

/**
 * From now on, an error that a listener of the stream throws ends its connection, not the process.
 * @param onData receives what the stream reads instead of its listeners, and passes on what is theirs
 */
export function guard(stream: Duplex, onData?: (chunk: Buffer, pass: (chunk: Buffer) => void) => void): void {
  const { emit } = stream
  const pass = (chunk: Buffer): void => void Reflect.apply(emit, stream, ['data', chunk])
  Reflect.set(stream, 'emit', (...args: unknown[]): boolean => {
    try {
      const [event, chunk] = args
      if (!onData || event !== 'data' || !Buffer.isBuffer(chunk)) return Reflect.apply(emit, stream, args) === true
      onData(chunk, pass)
    } catch (error) {
      stream.destroy(error instanceof Error ? error : new Error(String(error)))
    }
    return true
  })
}
