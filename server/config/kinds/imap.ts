/** `type: imap` in a config. */
import { z } from 'zod'
import { DEFAULT_CONNECTIONS, type ImapSourceConfig } from '../../config.ts'
import { duration, fingerprint, flag, id, isLoopback, map, must, secretPlace, text, webPage, whole } from '../words.ts'
import { folderChoice } from './folder-choice.ts'
import { pemOf, type Surroundings } from './kind.ts'

export const imapSchema = map({
  type: z.literal('imap'),
  name: text('must be a name').optional(),
  account: id,
  host: text('must be the name of a host'),
  port: whole(1, 65_535).optional(),
  security: z.enum(['tls', 'starttls', 'none'], must('must be tls, starttls or none')).default('tls'),
  allowInsecure: flag.default(false),
  user: text('must be the name to log in with'),
  password: secretPlace,
  folders: folderChoice.default(['INBOX']),
  connections: whole(1, 20).default(DEFAULT_CONNECTIONS),
  interval: duration('1s', '24h').default(60_000),
  ca: text('must be the path of a PEM file').optional(),
  pin: fingerprint.optional(),
  webUrl: webPage.optional(),
}).superRefine(({ security, host, allowInsecure }, context) => {
  if (security !== 'none' || allowInsecure || isLoopback(host)) return
  context.addIssue({
    code: 'custom',
    path: ['security'],
    message: `must be tls or starttls for ${host}, for none sends the password readable; if you accept that, add allowInsecure: true`,
  })
})

export async function resolveImap(source: z.infer<typeof imapSchema>, surroundings: Surroundings): Promise<ImapSourceConfig> {
  const { folder, name } = surroundings
  const { interval, port, security, ca, pin, webUrl, account, host, user, password, folders, connections } = source
  return {
    type: 'imap',
    name,
    account,
    host,
    port: port ?? (security === 'tls' ? 993 : 143),
    security,
    user,
    password: password.anchoredAt(folder),
    folders,
    connections,
    intervalMs: interval,
    ca: await pemOf(ca, surroundings),
    pin,
    webUrl,
  }
}
