/** The configuration of an account on a test IMAP server. */
import type { ImapSourceConfig } from '../../../server/sources/imap/config.ts'
import { Secret } from '../../../server/auth/secret.ts'

export function imapConfig(
  server: { readonly port: number; readonly password: string },
  change: Partial<ImapSourceConfig> = {},
  password = server.password,
): ImapSourceConfig {
  return {
    type: 'imap',
    name: 'mail',
    account: 'me',
    host: '127.0.0.1',
    port: server.port,
    security: 'none',
    user: 'me',
    password: new Secret({ value: password }),
    accessToken: null,
    folders: ['INBOX'],
    connections: 3,
    intervalMs: 200,
    ca: undefined,
    pin: undefined,
    webUrl: undefined,
    ...change,
  }
}
