/** `type: sql` in a config. */
import { resolve } from 'node:path'
import { z } from 'zod'
import { addressOrSecret, duration, map, secretFrom, text } from '../../yaml/fields.ts'
import { commonKeys, type ConfigOf, defineEntry } from '../kind.ts'

const URL_RULE = 'must begin with sqlite:, postgres://, mysql:// or mariadb://'
const CHANGED_RULE = 'must be a query with $1 (PostgreSQL) or ? in the place of the cursor'

const schema = map({
  ...commonKeys('sql'),
  url: addressOrSecret(z.string().regex(/^(?:sqlite:|postgres(?:ql)?:\/\/|mysql:\/\/|mariadb:\/\/)./), URL_RULE),
  /** Read-only; gives `id`, `unread` and optionally `total` and `latest` (JSON text), for all accounts at once. */
  query: text('must be a query that gives id and unread'),
  /** Reads only what changed; undefined reads everything each time. */
  changedSince: map({
    /** How far the table has come. */
    cursor: text('must be a query that gives one value'),
    /** For the rows that changed since the previous cursor, its only parameter. */
    query: text(CHANGED_RULE).regex(/\$1(?!\d)|\?/, CHANGED_RULE),
    /** Between two full reads, which find deleted rows and missed changes. */
    full: duration('1s', '24h').default(300_000),
  }).optional(),
  interval: duration('100ms', '24h').default(3_000),
  /** PostgreSQL: the channel whose NOTIFY wakes the source before its interval. */
  listen: text('must be the name of a channel').optional(),
  /** For connecting and for each query. */
  timeout: duration('100ms', '5m').default(10_000),
})

export const sqlEntry = defineEntry(schema, ({ interval, timeout, url, changedSince, ...rest }, { folder, name }) => ({
  ...rest,
  name,
  url: secretFrom(url, folder, (plain) => anchored(plain, folder)),
  changedSince: changedSince && { cursor: changedSince.cursor, query: changedSince.query, fullMs: changedSince.full },
  intervalMs: interval,
  timeoutMs: timeout,
}))
export type SqlSourceConfig = ConfigOf<typeof sqlEntry>

/** The path of an SQLite file starts in the folder of the config. */
const anchored = (url: string, folder: string): string =>
  url.startsWith('sqlite:') ? `sqlite:${resolve(folder, url.slice('sqlite:'.length))}` : url
