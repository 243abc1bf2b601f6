/** `type: countdir` in a config. */
import { duration, map, text } from '../../yaml/fields.ts'
import { commonKeys, type ConfigOf, defineEntry, resolvePath } from '../kind.ts'

const schema = map({
  ...commonKeys('countdir'),
  path: text('must be the path of the directory with one directory for each account'),
  /** Between two polls where the system reports no changes. */
  interval: duration('1s', '24h').default(3_000),
})

export const countDirEntry = defineEntry(schema, resolvePath)
export type CountDirSourceConfig = ConfigOf<typeof countDirEntry>
