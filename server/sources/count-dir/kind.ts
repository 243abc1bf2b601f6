/** `type: countdir` in a config. */
import { duration, map, text } from '../../yaml/fields.ts'
import { absolutePath, commonKeys, defineKind } from '../kind.ts'
import type { CountDirSourceConfig } from './config.ts'
import { createCountDirSource } from './source.ts'

const schema = map({
  ...commonKeys('countdir'),
  path: text('must be the path of the directory with one directory for each account'),
  interval: duration('1s', '24h').default(3_000),
})

export const countDirKind = defineKind(schema, {
  resolve: ({ type, interval, path }, { folder, name }): CountDirSourceConfig => ({
    type,
    name,
    path: absolutePath(path, folder),
    intervalMs: interval,
  }),
  create: createCountDirSource,
})
