/** `type: pop3` in a config. */
import { duration, map } from '../../yaml/fields.ts'
import { checkMailServer, mailServerKeys, resolveMailServer } from '../lib/config/mail-server.ts'
import { type ConfigOf, defineEntry } from '../kind.ts'

/** A login a poll, which some servers limit. */
export const DEFAULT_INTERVAL_MS = 120_000

const schema = map({ ...mailServerKeys('pop3'), interval: duration('1s', '24h').default(DEFAULT_INTERVAL_MS) }).superRefine(checkMailServer)

export const pop3Entry = defineEntry(schema, async (entry, context) => ({
  ...(await resolveMailServer(entry, context)),
  type: entry.type,
  intervalMs: entry.interval,
  dataDir: context.dataDir,
}))
export type Pop3SourceConfig = ConfigOf<typeof pop3Entry>
