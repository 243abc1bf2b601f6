/** `type: imap` in a config. */
import { z } from 'zod'
import { DEFAULT_CONNECTIONS, type ImapSourceConfig } from '../../config.ts'
import { duration, fingerprint, flag, id, map, text, webPage, whole } from '../words.ts'
import { folderChoice } from './folder-choice.ts'
import { pemOf, type Surroundings } from './kind.ts'
import { refuseReadablePassword, security } from './mail-server.ts'
import { refuseOtherThanOne, resolveSignIn, signInKeys } from './sign-in.ts'

export const imapSchema = map({
  type: z.literal('imap'),
  name: text('must be a name').optional(),
  account: id,
  host: text('must be the name of a host'),
  port: whole(1, 65_535).optional(),
  security: security.default('tls'),
  allowInsecure: flag.default(false),
  user: text('must be the name to log in with'),
  ...signInKeys,
  folders: folderChoice.default(['INBOX']),
  connections: whole(1, 20).default(DEFAULT_CONNECTIONS),
  interval: duration('1s', '24h').default(60_000),
  ca: text('must be the path of a PEM file').optional(),
  pin: fingerprint.optional(),
  webUrl: webPage.optional(),
})
  .superRefine(refuseReadablePassword)
  .superRefine(refuseOtherThanOne)

export async function resolveImap(source: z.infer<typeof imapSchema>, surroundings: Surroundings): Promise<ImapSourceConfig> {
  const { name } = surroundings
  const { interval, port, security: encryption, ca, pin, webUrl, account, host, user, folders, connections } = source
  return {
    type: 'imap',
    name,
    account,
    host,
    port: port ?? (encryption === 'tls' ? 993 : 143),
    security: encryption,
    user,
    ...resolveSignIn(source, account, surroundings),
    folders,
    connections,
    intervalMs: interval,
    ca: await pemOf(ca, surroundings),
    pin,
    webUrl,
  }
}
