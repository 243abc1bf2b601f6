/** `type: imap` in a config. */
import { duration, map, whole } from '../../yaml/fields.ts'
import { folderChoice } from '../config/folder-choice.ts'
import { checkMailServer, mailServerKeys, resolveMailServer } from '../config/mail-server.ts'
import { defineKind } from '../kind.ts'
import { DEFAULT_CONNECTIONS, type ImapSourceConfig } from './config.ts'
import { createImapSource } from './source.ts'

const schema = map({
  ...mailServerKeys('imap'),
  folders: folderChoice.default(['INBOX']),
  connections: whole(1, 20).default(DEFAULT_CONNECTIONS),
  interval: duration('1s', '24h').default(60_000),
}).superRefine(checkMailServer)

export const imapKind = defineKind(schema, {
  async resolve(entry, context): Promise<ImapSourceConfig> {
    const { folders, connections, interval } = entry
    return { type: 'imap', ...(await resolveMailServer(entry, context)), folders, connections, intervalMs: interval }
  },
  create: (config: ImapSourceConfig, context) => createImapSource(config, context),
})
