/** The configuration of an account on a test POP3 server, and changes of its maildrop as by a mail program. */
import type { Pop3SourceConfig } from '../../../server/sources/pop3/config.ts'
import { Secret } from '../../../server/auth/secret.ts'
import type { DovecotServer } from '../imap/dovecot.ts'
import { connectImap, rawMessage } from '../imap/imap-client.ts'

export function pop3Config(
  server: { readonly port: number; readonly password: string },
  dataDir: string,
  change: Partial<Pop3SourceConfig> = {},
  password = server.password,
): Pop3SourceConfig {
  return {
    type: 'pop3',
    name: 'mail',
    account: 'me',
    host: '127.0.0.1',
    port: server.port,
    security: 'none',
    user: 'me',
    password: new Secret({ value: password }),
    accessToken: null,
    intervalMs: 200,
    ca: undefined,
    pin: undefined,
    webUrl: undefined,
    dataDir,
    ...change,
  }
}

/** Delivers messages with these headers to the maildrop. */
export async function deliver(server: DovecotServer, user: string, ...headers: readonly string[]): Promise<void> {
  const client = await connectImap({ port: server.port, user, password: server.password })
  try {
    for (const header of headers) await client.append('INBOX', rawMessage(header))
  } finally {
    client.close()
  }
}

/** Deletes the newest messages from the maildrop, as a mail program does after fetching them. */
export async function fetchAway(server: DovecotServer, user: string, count: number): Promise<void> {
  const client = await connectImap({ port: server.port, user, password: server.password })
  try {
    await client.command('SELECT INBOX')
    const newest = (await client.search('ALL')).slice(-count)
    await client.command(`UID STORE ${newest.join(',')} +FLAGS (\\Deleted)`)
    await client.command('EXPUNGE')
  } finally {
    client.close()
  }
}
