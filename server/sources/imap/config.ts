/** `type: imap` in a config. */
import { z } from 'zod'
import { DEFAULT_CONNECTIONS, type ImapSourceConfig } from '../../config/types.ts'
import { duration, map, whole } from '../../yaml/fields.ts'
import { folderChoice } from '../config/folder-choice.ts'
import type { ResolveContext } from '../config/kind.ts'
import { checkMailServer, mailServerKeys, resolveMailServer } from '../config/mail-server.ts'

export const imapSchema = map({
  type: z.literal('imap'),
  ...mailServerKeys,
  folders: folderChoice.default(['INBOX']),
  connections: whole(1, 20).default(DEFAULT_CONNECTIONS),
  interval: duration('1s', '24h').default(60_000),
}).superRefine(checkMailServer)

export async function resolveImap(source: z.infer<typeof imapSchema>, surroundings: ResolveContext): Promise<ImapSourceConfig> {
  const { folders, connections, interval } = source
  return { type: 'imap', ...(await resolveMailServer(source, surroundings)), folders, connections, intervalMs: interval }
}
