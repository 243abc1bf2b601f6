/** `type: imap` in a config. */
import { duration, map, whole } from '../../yaml/fields.ts'
import { folderChoice } from '../lib/config/folder-choice.ts'
import { checkMailServer, mailServerKeys, resolveMailServer } from '../lib/config/mail-server.ts'
import { type ConfigOf, defineEntry } from '../kind.ts'

/** Per account; some providers allow ten or fifteen connections for all of a person's programs together. */
export const DEFAULT_CONNECTIONS = 3

export const DEFAULT_INTERVAL_MS = 60_000
export const DEFAULT_FOLDERS = ['INBOX']

const schema = map({
  ...mailServerKeys('imap'),
  folders: folderChoice.default(DEFAULT_FOLDERS),
  /** Used where one cannot push changes of all folders. */
  connections: whole(1, 20).default(DEFAULT_CONNECTIONS),
  /** Between two polls of the folders whose changes are not pushed. */
  interval: duration('1s', '24h').default(DEFAULT_INTERVAL_MS),
}).superRefine(checkMailServer)

export const imapEntry = defineEntry(schema, async (entry, context) => ({
  ...(await resolveMailServer(entry, context)),
  type: entry.type,
  folders: entry.folders,
  connections: entry.connections,
  intervalMs: entry.interval,
}))
export type ImapSourceConfig = ConfigOf<typeof imapEntry>
