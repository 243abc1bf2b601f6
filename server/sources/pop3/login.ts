/** The capabilities of a POP3 server, and the login. */
import type { Credentials } from '../credentials.ts'
import type { Pop3Connection } from './connection.ts'
import { Pop3ErrorReply } from './errors.ts'
import { Pop3SyntaxError } from './lines.ts'

const MAX_CAPABILITIES_BYTES = 64 * 1024
/** RFC 2449, section 4: a command with its end. */
const MAX_COMMAND_BYTES = 255

/** RFC 4616. */
export const plainResponse = (user: string, password: string): string => Buffer.from(`\0${user}\0${password}`).toString('base64')

/** https://developers.google.com/workspace/gmail/imap/xoauth2-protocol */
const bearerResponse = (user: string, token: string): string =>
  Buffer.from(`user=${user}\u0001auth=Bearer ${token}\u0001\u0001`).toString('base64')

export type Capabilities = ReadonlyMap<string, readonly string[]>

/** CAPA (RFC 2449); null for an older server. */
async function readCapabilities(connection: Pop3Connection): Promise<Capabilities | null> {
  try {
    await connection.command('CAPA', 'login')
  } catch (error) {
    if (error instanceof Pop3ErrorReply) return null
    throw error
  }
  const capabilities = new Map<string, readonly string[]>()
  await connection.body(MAX_CAPABILITIES_BYTES, (line) => {
    const [name = '', ...values] = line.toString('latin1').toUpperCase().split(/\s+/)
    capabilities.set(name, values)
  })
  return capabilities
}

/** One attempt. AUTH PLAIN (RFC 5034) where it is offered, because it takes any password; else RFC 1939, section 7. */
export async function logIn(connection: Pop3Connection, user: string, auth: Credentials['auth']): Promise<Capabilities | null> {
  const capabilities = await readCapabilities(connection)
  if ('accessToken' in auth) await authenticate(connection, 'XOAUTH2', bearerResponse(user, auth.accessToken))
  else if (capabilities?.get('SASL')?.includes('PLAIN')) await authenticate(connection, 'PLAIN', plainResponse(user, auth.pass))
  else {
    await connection.command(`USER ${user}`, 'login')
    await connection.command(`PASS ${auth.pass}`, 'login')
  }
  return capabilities
}

async function authenticate(connection: Pop3Connection, mechanism: string, response: string): Promise<void> {
  const command = `AUTH ${mechanism} ${response}`
  if (command.length + 2 <= MAX_COMMAND_BYTES) connection.send(command)
  else {
    connection.send(`AUTH ${mechanism}`)
    const { isChallenge } = await connection.reply('login')
    if (!isChallenge) throw new Pop3SyntaxError('a login without a password')
    connection.send(response)
  }
  const { isChallenge } = await connection.reply('login')
  // XOAUTH2 sends an error as a challenge, and -ERR after an empty response.
  if (isChallenge) await connection.command('', 'login')
}
