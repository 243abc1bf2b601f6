/** `type: mbox` in a config. */
import { z } from 'zod'
import type { MboxSourceConfig } from '../../config/types.ts'
import { duration, flag, id, map, text } from '../../yaml/fields.ts'
import type { ResolveContext } from '../config/kind.ts'
import { placeOf } from '../config/place.ts'

export const mboxSchema = map({
  type: z.literal('mbox'),
  name: text('must be a name').optional(),
  account: id,
  path: text('must be the path of an mbox, such as /var/mail/alice'),
  mayBeMissing: flag.default(false),
  interval: duration('1s', '24h').default(60_000),
})

export function resolveMbox(source: z.infer<typeof mboxSchema>, { folder, name }: ResolveContext): MboxSourceConfig {
  const { account, path, mayBeMissing, interval } = source
  return { type: 'mbox', name, account, path: placeOf(path, folder), mayBeMissing, intervalMs: interval }
}
