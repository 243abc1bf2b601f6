/** What a POP3 server can do, and how one logs in to it. */
import type { Pop3SourceConfig } from '../../config.ts'
import { Pop3Refusal } from './errors.ts'
import type { Line } from './line.ts'
import { Pop3Garbage } from './lines.ts'

const CAPABILITIES_BYTES = 64 * 1024
/** RFC 2449, section 4: a command with its end. */
const COMMAND_BYTES = 255

/** RFC 4616. */
export const plainOf = (user: string, password: string): string => Buffer.from(`\0${user}\0${password}`).toString('base64')

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

/** One try: RFC 5034 where the server offers it, for it takes any password; else RFC 1939, section 7. */
export async function logIn(line: Line, { user }: Pop3SourceConfig, password: string): Promise<Capabilities | null> {
  const capabilities = await capabilitiesOf(line)
  if (!capabilities?.get('SASL')?.includes('PLAIN')) {
    await line.ask(`USER ${user}`, 'login')
    await line.ask(`PASS ${password}`, 'login')
    return capabilities
  }
  const initial = plainOf(user, password)
  const atOnce = `AUTH PLAIN ${initial}`
  if (atOnce.length + 2 <= COMMAND_BYTES) await line.ask(atOnce, 'login')
  else {
    line.send('AUTH PLAIN')
    const { isChallenge } = await line.answer('login')
    if (!isChallenge) throw new Pop3Garbage('a login without a password')
    await line.ask(initial, 'login')
  }
  return capabilities
}
