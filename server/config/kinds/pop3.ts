/** `type: pop3` in a config. */
import { z } from 'zod'
import type { Pop3SourceConfig } from '../../config.ts'
import { duration, map } from '../words.ts'
import type { Surroundings } from './kind.ts'
import { checkMailServer, mailServerKeys, resolveMailServer } from './mail-server.ts'

export const pop3Schema = map({
  type: z.literal('pop3'),
  ...mailServerKeys,
  interval: duration('1s', '24h').default(120_000),
}).superRefine(checkMailServer)

export async function resolvePop3(source: z.infer<typeof pop3Schema>, surroundings: Surroundings): Promise<Pop3SourceConfig> {
  const { dataDir } = surroundings
  return { type: 'pop3', ...(await resolveMailServer(source, surroundings)), intervalMs: source.interval, dataDir }
}
