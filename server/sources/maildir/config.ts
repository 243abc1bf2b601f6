/** `type: maildir` in a config. */
import { z } from 'zod'
import type { MaildirSourceConfig } from '../../config/types.ts'
import { duration, id, map, text } from '../../yaml/fields.ts'
import { folderChoice } from '../config/folder-choice.ts'
import type { ResolveContext } from '../config/kind.ts'
import { placeOf } from '../config/place.ts'

export const maildirSchema = map({
  type: z.literal('maildir'),
  name: text('must be a name').optional(),
  account: id,
  path: text('must be the path of a Maildir'),
  folders: folderChoice.default(['INBOX']),
  interval: duration('1s', '24h').default(300_000),
})

export function resolveMaildir(source: z.infer<typeof maildirSchema>, { folder, name }: ResolveContext): MaildirSourceConfig {
  const { interval, path, account, folders } = source
  return { type: 'maildir', name, account, path: placeOf(path, folder), folders, intervalMs: interval }
}
