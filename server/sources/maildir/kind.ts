/** `type: maildir` in a config. */
import { duration, id, map, text } from '../../yaml/fields.ts'
import { folderChoice } from '../config/folder-choice.ts'
import { absolutePath, commonKeys, defineKind } from '../kind.ts'
import type { MaildirSourceConfig } from './config.ts'
import { createMaildirSource } from './source.ts'

const schema = map({
  ...commonKeys('maildir'),
  account: id,
  path: text('must be the path of a Maildir'),
  folders: folderChoice.default(['INBOX']),
  interval: duration('1s', '24h').default(300_000),
})

export const maildirKind = defineKind(schema, {
  resolve: ({ interval, path, ...rest }, { folder, name }): MaildirSourceConfig => ({
    ...rest,
    name,
    path: absolutePath(path, folder),
    intervalMs: interval,
  }),
  create: createMaildirSource,
})
