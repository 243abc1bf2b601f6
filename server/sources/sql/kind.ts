/** `type: sql` in a config. */
import { resolve } from 'node:path'
import { z } from 'zod'
import { addressOrSecret, duration, map, secretFrom, text } from '../../yaml/fields.ts'
import { commonKeys, defineKind } from '../kind.ts'
import type { SqlSourceConfig } from './config.ts'
import { createSqlSource } from './source.ts'

const URL_RULE = 'must begin with sqlite:, postgres://, mysql:// or mariadb://'
const CHANGED_RULE = 'must be a query with $1 (PostgreSQL) or ? in the place of the cursor'

const schema = map({
  ...commonKeys('sql'),
  url: addressOrSecret(z.string().regex(/^(?:sqlite:|postgres(?:ql)?:\/\/|mysql:\/\/|mariadb:\/\/)./), URL_RULE),
  query: text('must be a query that gives id and unread'),
  changedSince: map({
    cursor: text('must be a query that gives one value'),
    query: text(CHANGED_RULE).regex(/\$1(?!\d)|\?/, CHANGED_RULE),
    full: duration('1s', '24h').default(300_000),
  }).optional(),
  interval: duration('100ms', '24h').default(3_000),
  listen: text('must be the name of a channel').optional(),
  timeout: duration('100ms', '5m').default(10_000),
})

export const sqlKind = defineKind(schema, {
  resolve: ({ interval, timeout, url, changedSince, listen, ...rest }, { folder, name }): SqlSourceConfig => ({
    ...rest,
    name,
    url: secretFrom(url, folder, (plain) => anchored(plain, folder)),
    changedSince: changedSince && { cursor: changedSince.cursor, query: changedSince.query, fullMs: changedSince.full },
    intervalMs: interval,
    listen,
    timeoutMs: timeout,
  }),
  create: createSqlSource,
})

/** The path of an SQLite file starts in the folder of the config. */
const anchored = (url: string, folder: string): string =>
  url.startsWith('sqlite:') ? `sqlite:${resolve(folder, url.slice('sqlite:'.length))}` : url
