/** `type: pop3` in a config. */
import { z } from 'zod'
import type { Pop3SourceConfig } from '../../config/types.ts'
import { duration, map } from '../../yaml/fields.ts'
import type { ResolveContext } from '../config/kind.ts'
import { checkMailServer, mailServerKeys, resolveMailServer } from '../config/mail-server.ts'

export const pop3Schema = map({
  type: z.literal('pop3'),
  ...mailServerKeys,
  interval: duration('1s', '24h').default(120_000),
}).superRefine(checkMailServer)

export async function resolvePop3(source: z.infer<typeof pop3Schema>, surroundings: ResolveContext): Promise<Pop3SourceConfig> {
  const { dataDir } = surroundings
  return { type: 'pop3', ...(await resolveMailServer(source, surroundings)), intervalMs: source.interval, dataDir }
}
