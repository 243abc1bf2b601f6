/** `type: mbox` in a config. */
import { duration, flag, id, map, text } from '../../yaml/fields.ts'
import { absolutePath, commonKeys, defineKind } from '../kind.ts'
import type { MboxSourceConfig } from './config.ts'
import { createMboxSource } from './source.ts'

const schema = map({
  ...commonKeys('mbox'),
  account: id,
  path: text('must be the path of an mbox, such as /var/mail/alice'),
  mayBeMissing: flag.default(false),
  interval: duration('1s', '24h').default(60_000),
})

export const mboxKind = defineKind(schema, {
  resolve: ({ interval, path, ...rest }, { folder, name }): MboxSourceConfig => ({
    ...rest,
    name,
    path: absolutePath(path, folder),
    intervalMs: interval,
  }),
  create: createMboxSource,
})
