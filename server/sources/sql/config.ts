import type { Secret } from '../../auth/secret.ts'

export interface ChangedSince {
  /** Query that gives one value: how far the table has come. */
  readonly cursor: string
  /** Query for the rows that changed since the previous cursor, its only parameter (`$1` or `?`). */
  readonly query: string
  /** Milliseconds between two full reads, which find deleted rows and missed changes. */
  readonly fullMs: number
}

export interface SqlSourceConfig {
  readonly type: 'sql'
  readonly name: string
  /** `sqlite:PATH`, `postgres://…`, `mysql://…` or `mariadb://…`; a secret, because it may contain a password. */
  readonly url: Secret
  /** Read-only; gives `id`, `unread` and optionally `total` and `latest` (JSON text), for all accounts at once. */
  readonly query: string
  /** Reads only what changed; undefined reads everything each time. */
  readonly changedSince: ChangedSince | undefined
  readonly intervalMs: number
  /** PostgreSQL: the channel whose NOTIFY wakes the source before its interval. */
  readonly listen: string | undefined
  /** Milliseconds for connecting and for each query. */
  readonly timeoutMs: number
}
