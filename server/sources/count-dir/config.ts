/** `type: countdir` in a config. */
import { duration, map, text } from '../../yaml/fields.ts'
import { absolutePath, commonKeys, type ConfigOf, defineEntry } from '../kind.ts'

const schema = map({
  ...commonKeys('countdir'),
  path: text('must be the path of the directory with one directory for each account'),
  /** Between two polls where the system reports no changes. */
  interval: duration('1s', '24h').default(3_000),
})

export const countDirEntry = defineEntry(schema, ({ interval, path, ...rest }, { folder, name }) => ({
  ...rest,
  name,
  path: absolutePath(path, folder),
  intervalMs: interval,
}))
export type CountDirSourceConfig = ConfigOf<typeof countDirEntry>
