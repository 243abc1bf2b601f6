/** The port of a database: what the sql source needs of it, and nothing more. One small file implements it for each. */
import type { SourceError } from '../source.ts'

/** A result: every row an array, in the order of `columns`. Numbers may come as number, bigint or decimal text. */
export interface Rows {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
}

export interface Database {
  /** Runs the query; null where the database knows, without running it, that nothing changed since the last read. */
  read(): Promise<Rows | null>
  /** Lets go of sockets, handles and timers at once. */
  close(): void
}

export interface DatabaseOptions {
  /** May hold a password: for no message and no log. */
  readonly url: string
  readonly query: string
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
  /** Connects, read-only, with the query not yet run; rejects with what `explain` can put into words. */
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
