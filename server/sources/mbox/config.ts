/** `type: mbox` in a config. */
import { duration, flag, id, map, text } from '../../yaml/fields.ts'
import { commonKeys, type ConfigOf, defineEntry, resolvePath } from '../kind.ts'

const schema = map({
  ...commonKeys('mbox'),
  account: id,
  path: text('must be the path of an mbox, such as /var/mail/alice'),
  /** A missing file counts as an empty mbox, because some programs remove it then. */
  mayBeMissing: flag.default(false),
  /** Between two checks for a changed file, which find what no file event reported. */
  interval: duration('1s', '24h').default(60_000),
})

export const mboxEntry = defineEntry(schema, resolvePath)
export type MboxSourceConfig = ConfigOf<typeof mboxEntry>
