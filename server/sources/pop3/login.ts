/** What a POP3 server can do, and how one logs in to it. */
import type { Pop3SourceConfig } from './config.ts'
import type { Credentials } from '../credentials.ts'
import { Pop3Refusal } from './errors.ts'
import type { Line } from './line.ts'
import { Pop3Garbage } from './lines.ts'

const CAPABILITIES_BYTES = 64 * 1024
/** RFC 2449, section 4: a command with its end. */
const COMMAND_BYTES = 255

/** RFC 4616. */
export const plainOf = (user: string, password: string): string => Buffer.from(`\0${user}\0${password}`).toString('base64')

/** https://developers.google.com/workspace/gmail/imap/xoauth2-protocol */
const bearerOf = (user: string, token: string): string =>
  Buffer.from(`user=${user}\u0001auth=Bearer ${token}\u0001\u0001`).toString('base64')

export type Capabilities = ReadonlyMap<string, readonly string[]>

/** CAPA (RFC 2449); null where the server is too old to know it. */
async function capabilitiesOf(line: Line): Promise<Capabilities | null> {
  try {
    await line.ask('CAPA', 'login')
  } catch (error) {
    if (error instanceof Pop3Refusal) return null
    throw error
  }
  const capabilities = new Map<string, readonly string[]>()
  await line.body(CAPABILITIES_BYTES, (text) => {
    const [name = '', ...values] = text.toString('latin1').toUpperCase().split(/\s+/)
    capabilities.set(name, values)
  })
  return capabilities
}

/** One try. A password as RFC 5034 has it where the server offers that, for it takes any; else as RFC 1939, section 7. */
export async function logIn(line: Line, { user }: Pop3SourceConfig, auth: Credentials['auth']): Promise<Capabilities | null> {
  const capabilities = await capabilitiesOf(line)
  if ('accessToken' in auth) await authenticate(line, 'XOAUTH2', bearerOf(user, auth.accessToken))
  else if (capabilities?.get('SASL')?.includes('PLAIN')) await authenticate(line, 'PLAIN', plainOf(user, auth.pass))
  else {
    await line.ask(`USER ${user}`, 'login')
    await line.ask(`PASS ${auth.pass}`, 'login')
  }
  return capabilities
}

async function authenticate(line: Line, mechanism: string, initial: string): Promise<void> {
  const atOnce = `AUTH ${mechanism} ${initial}`
  if (atOnce.length + 2 <= COMMAND_BYTES) line.send(atOnce)
  else {
    line.send(`AUTH ${mechanism}`)
    const { isChallenge } = await line.answer('login')
    if (!isChallenge) throw new Pop3Garbage('a login without a password')
    line.send(initial)
  }
  const { isChallenge } = await line.answer('login')
  if (!isChallenge) return
  // XOAUTH2 asks back with what is wrong, and says no once that was heard.
  await line.ask('', 'login')
}
