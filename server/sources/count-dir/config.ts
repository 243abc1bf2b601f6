/** `type: countdir` in a config. */
import { z } from 'zod'
import type { CountDirSourceConfig } from '../../config/types.ts'
import { duration, map, text } from '../../yaml/fields.ts'
import type { ResolveContext } from '../config/kind.ts'
import { placeOf } from '../config/place.ts'

export const countDirSchema = map({
  type: z.literal('countdir'),
  name: text('must be a name').optional(),
  path: text('must be the path of the directory with one directory for each account'),
  interval: duration('1s', '24h').default(3_000),
})

export function resolveCountDir(
  { interval, path }: z.infer<typeof countDirSchema>,
  { folder, name }: ResolveContext,
): CountDirSourceConfig {
  return { type: 'countdir', name, path: placeOf(path, folder), intervalMs: interval }
}
