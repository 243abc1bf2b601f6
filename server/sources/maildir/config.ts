/** `type: maildir` in a config. */
import { duration, id, map, text } from '../../yaml/fields.ts'
import { folderChoice } from '../lib/config/folder-choice.ts'
import { commonKeys, type ConfigOf, defineEntry, resolvePath } from '../kind.ts'

const schema = map({
  ...commonKeys('maildir'),
  account: id,
  /** The directory that contains `cur`, `new` and `tmp`, or the folders that do. */
  path: text('must be the path of a Maildir'),
  folders: folderChoice.default(['INBOX']),
  /** Between two full counts, which find what no file event reported. */
  interval: duration('1s', '24h').default(300_000),
})

export const maildirEntry = defineEntry(schema, resolvePath)
export type MaildirSourceConfig = ConfigOf<typeof maildirEntry>
