/** `type: maildir` in a config. */
import { z } from 'zod'
import type { MaildirSourceConfig } from '../../config.ts'
import { duration, id, map, text } from '../words.ts'
import { folderChoice } from './folder-choice.ts'
import type { Surroundings } from './kind.ts'
import { placeOf } from './place.ts'

export const maildirSchema = map({
  type: z.literal('maildir'),
  name: text('must be a name').optional(),
  account: id,
  path: text('must be the path of a Maildir'),
  folders: folderChoice.default(['INBOX']),
  interval: duration('1s', '24h').default(300_000),
})

export function resolveMaildir(source: z.infer<typeof maildirSchema>, { folder, name }: Surroundings): MaildirSourceConfig {
  const { interval, path, account, folders } = source
  return { type: 'maildir', name, account, path: placeOf(path, folder), folders, intervalMs: interval }
}
