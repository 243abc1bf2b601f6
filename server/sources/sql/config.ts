/** `type: sql` in a config. */
import { resolve } from 'node:path'
import { z } from 'zod'
import type { SqlSourceConfig } from '../../config/types.ts'
import { Secret } from '../../auth/secret.ts'
import { duration, map, SECRET_WORDS, secretPlace, text } from '../../yaml/fields.ts'
import type { ResolveContext } from '../config/kind.ts'

const URL_WORDS = 'must begin with sqlite:, postgres://, mysql:// or mariadb://'

const CHANGED_WORDS = 'must be a query with $1 (PostgreSQL) or ? in the place of the cursor'

export const sqlSchema = map({
  type: z.literal('sql'),
  name: text('must be a name').optional(),
  url: z.union(
    [
      z
        .string()
        .regex(/^(?:sqlite:|postgres(?:ql)?:\/\/|mysql:\/\/|mariadb:\/\/)./)
        .transform((plain) => ({ plain })),
      secretPlace,
    ],
    { error: ({ input }) => (typeof input === 'string' ? URL_WORDS : `${URL_WORDS}, or ${SECRET_WORDS.slice('must '.length)}`) },
  ),
  query: text('must be a query that gives id and unread'),
  changedSince: map({
    cursor: text('must be a query that gives one value'),
    query: text(CHANGED_WORDS).regex(/\$1(?!\d)|\?/, CHANGED_WORDS),
    full: duration('1s', '24h').default(300_000),
  }).optional(),
  interval: duration('100ms', '24h').default(3_000),
  listen: text('must be the name of a channel').optional(),
  timeout: duration('100ms', '5m').default(10_000),
})

export function resolveSql(source: z.infer<typeof sqlSchema>, { folder, name }: ResolveContext): SqlSourceConfig {
  const { interval, timeout, listen, url, changedSince, ...rest } = source
  const since = changedSince && { cursor: changedSince.cursor, query: changedSince.query, fullMs: changedSince.full }
  const anchored = url instanceof Secret ? url.anchoredAt(folder) : new Secret({ value: anchoredUrl(url.plain, folder) })
  return { ...rest, url: anchored, changedSince: since, listen, name, intervalMs: interval, timeoutMs: timeout }
}

/** A file's path, as the config's reader sees it: from the folder of the config. */
const anchoredUrl = (url: string, folder: string): string =>
  url.startsWith('sqlite:') ? `sqlite:${resolve(folder, url.slice('sqlite:'.length))}` : url
