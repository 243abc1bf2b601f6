/** Recognizes a server that does not speak IMAP by its first line, which imapflow skips to wait for a greeting. */
import type { ImapFlow } from 'imapflow'
import type { MailServerConfig } from '../../lib/config/mail-server.ts'
import { quotable } from '../../lib/mail/server-text.ts'
import { SourceError } from '../../source.ts'

interface Internals {
  handleResponse(line: { readonly payload: Buffer }): Promise<boolean>
}

const isInternals = (client: object): client is Internals => 'handleResponse' in client

/** imapflow's errors where no greeting came. */
const NO_GREETING = new Set(['GREETING_TIMEOUT', 'ClosedAfterConnectText', 'ClosedAfterConnectTLS'])
const MAX_BYTES = 1_000

/**
 * To be called before the connection opens.
 * @returns explains an error by what the server sent in place of a greeting; null where that is not the reason
 */
export function watchGreeting(client: ImapFlow, { host, port }: MailServerConfig): (error: unknown) => SourceError | null {
  if (!isInternals(client)) throw new TypeError('This version of imapflow works in another way.')
  const handleResponse = client.handleResponse.bind(client)
  let sent = ''
  client.handleResponse = (line) => {
    sent ||= line.payload.toString('latin1', 0, MAX_BYTES).trim()
    return handleResponse(line)
  }
  return (error) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (sent === '' || sent.startsWith('*') || typeof code !== 'string' || !NO_GREETING.has(code)) return null
    return new SourceError('protocol', `${host}:${port} does not speak IMAP; check host and port. It says: ${quotable(sent, [])}`)
  }
}
