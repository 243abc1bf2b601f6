/** `type: pop3` in a config. */
import { duration, map } from '../../yaml/fields.ts'
import { checkMailServer, mailServerKeys, resolveMailServer } from '../config/mail-server.ts'
import { defineKind } from '../kind.ts'
import type { Pop3SourceConfig } from './config.ts'
import { createPop3Source } from './source.ts'

const schema = map({
  ...mailServerKeys('pop3'),
  interval: duration('1s', '24h').default(120_000),
}).superRefine(checkMailServer)

export const pop3Kind = defineKind(schema, {
  async resolve(entry, context): Promise<Pop3SourceConfig> {
    return { type: 'pop3', ...(await resolveMailServer(entry, context)), intervalMs: entry.interval, dataDir: context.dataDir }
  },
  create: createPop3Source,
})
