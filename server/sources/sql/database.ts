/** The port of a database: what the sql source needs of it, and nothing more. One small file implements it for each. */
import type { SourceError } from '../source.ts'

/** Takes a result as it arrives, so that one of a million rows is never in memory as a whole. */
export interface Sink {
  /** The names of the columns; once, before the first row. */
  columns(names: readonly string[]): void
  /** A row, in the order of the columns. Numbers may come as number, bigint or decimal text. */
  row(values: readonly unknown[]): void
}

export interface Database {
  /** False where the database knows, without a query, that nothing changed since this was asked last. */
  mayHaveChanged(): Promise<boolean>
  /** Runs a query with these parameters, all of it within the timeout. Rejects also with what `sink` throws. */
  run(query: string, parameters: readonly unknown[], sink: Sink): Promise<void>
  /** Lets go of sockets, handles and timers at once. */
  close(): void
}

export interface DatabaseOptions {
  /** May hold a password: for no message and no log. */
  readonly url: string
  /** PostgreSQL: the channel to listen on. */
  readonly listen: string | undefined
  /** Milliseconds for connecting and for each query. */
  readonly timeoutMs: number
  /** Aborted when everything is to be let go. */
  readonly signal: AbortSignal
  /** Something may have changed: read soon. */
  readonly wake: () => void
  /** The connection broke while nothing was asked of it. */
  readonly lost: (error: unknown) => void
}

export interface DatabaseKind {
  /** Connects, read-only; rejects with what `explain` can put into words. */
  open(options: DatabaseOptions): Promise<Database>
  /** An error of this database in words, for a person; holds no secret. Null where it is not one it knows. */
  explain(error: unknown): SourceError | null
}

/** A field of an error, as text; empty where there is none. */
export function errorField(error: unknown, field: 'code' | 'errno' | 'errcode' | 'message'): string {
  if (typeof error !== 'object' || error === null) return ''
  const value: unknown = Reflect.get(error, field)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

const networkCodes: ReadonlySet<string> = new Set(
  'ECONNREFUSED ECONNRESET ECONNABORTED ENOTFOUND ETIMEDOUT EHOSTUNREACH ENETUNREACH EPIPE EAI_AGAIN ENOENT'.split(' '),
)

/** A code of Node's for a network that does not carry (ENOENT: a Unix socket that is not there). */
export const isNetworkCode = (code: string): boolean => networkCodes.has(code)

/** What a driver tells of a query that runs. */
interface Running {
  on(event: 'error', listener: (error: unknown) => void): unknown
  on(event: 'end', listener: () => void): unknown
}

/** Resolves at the end of a query that a driver runs; rejects with its error, or else with what `feed` threw first. */
export function untilEnd(running: Running, feed: { readonly failed: unknown }): Promise<void> {
  return new Promise((resolve, reject) => {
    running.on('error', reject)
    running.on('end', () => (feed.failed === undefined ? resolve() : reject(feed.failed)))
  })
}

/** A sink for events of a driver, into which nothing may be thrown: the first error is kept, and what follows is dropped. */
export function createFeed(sink: Sink): Sink & { readonly failed: unknown } {
  let failed: unknown
  const attempt = (work: () => void): void => {
    if (failed !== undefined) return
    try {
      work()
    } catch (error) {
      failed = error
    }
  }
  return {
    get failed() {
      return failed
    },
    columns: (names) => attempt(() => sink.columns(names)),
    row: (values) => attempt(() => sink.row(values)),
  }
}
