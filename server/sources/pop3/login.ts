/** The capabilities of a POP3 server, and the login. */
import { createHash } from 'node:crypto'
import type { Credentials } from '../lib/credentials.ts'
import { mechanismsFor, type Mechanism, startExchange } from '../lib/sign-in/sasl.ts'
import { signIn, type SignInProgress, SignInRefusal, type SignInWay } from '../lib/sign-in/sign-in.ts'
import type { Pop3SourceConfig } from './config.ts'
import type { Pop3Connection } from './connection.ts'
import type { SignInReply } from '../lib/sign-in/rules.ts'
import { Pop3ErrorReply } from './errors.ts'
import { Pop3SyntaxError } from './lines.ts'

const MAX_CAPABILITIES_BYTES = 64 * 1024
/** RFC 1734, RFC 5034: a mechanism has at most two challenges, and one with its error. */
const MAX_CHALLENGES = 4

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

/**
 * Signs in by the first way that the server accepts: AUTH PLAIN or LOGIN (RFC 5034) where it offers them, because they take
 * any password, then RFC 1939, section 7.
 * @param rejected ways that the server has refused, for the account
 * @throws SignInRefusal, NoSignInWay, or the error of the connection
 */
export async function logIn(
  connection: Pop3Connection,
  { user, host, port }: Pick<Pop3SourceConfig, 'user' | 'host' | 'port'>,
  auth: Credentials['auth'],
  rejected: Set<string>,
  progress: SignInProgress,
): Promise<Capabilities | null> {
  const capabilities = await readCapabilities(connection)
  const offered = capabilities?.get('SASL') ?? []
  const mechanisms = mechanismsFor(user, auth, { host, port })
    // A server without CAPA may know a token all the same.
    .filter(({ name }) => offered.includes(name) || (capabilities === null && name === 'XOAUTH2'))
    .map((mechanism): SignInWay => ({ name: mechanism.name, run: () => authenticate(connection, mechanism, progress) }))
  const ways = 'accessToken' in auth ? mechanisms : [...mechanisms, ...plainWays(connection, user, auth.pass, progress)]
  await signIn(ways, rejected, offered, progress)
  return capabilities
}

/** USER and PASS; then APOP, where the greeting has a timestamp: its digest is that of MD5. */
function plainWays(connection: Pop3Connection, user: string, pass: string, progress: SignInProgress): readonly SignInWay[] {
  const { timestamp } = connection
  const send = (line: string, isSecretSent: boolean): Promise<unknown> => {
    progress.isSecretSent ||= isSecretSent
    return asRefusal(connection.command(line, 'login'), { isMechanism: false, isSecretSent, tokenStatus: null })
  }
  const userAndPass: SignInWay = {
    name: 'USER and PASS',
    async run() {
      await send(`USER ${user}`, false)
      await send(`PASS ${pass}`, true)
    },
  }
  if (timestamp === null) return [userAndPass]
  const digest = createHash('md5').update(`${timestamp}${pass}`).digest('hex')
  return [userAndPass, { name: 'APOP', run: async () => void (await send(`APOP ${user} ${digest}`, true)) }]
}

async function authenticate(connection: Pop3Connection, mechanism: Mechanism, progress: SignInProgress): Promise<void> {
  const exchange = startExchange(mechanism)
  connection.send(`AUTH ${mechanism.name}`)
  for (let challenges = 0; challenges <= MAX_CHALLENGES; challenges += 1) {
    const { isSecretSent, tokenStatus } = exchange
    const { isChallenge, text } = await asRefusal(connection.reply('login'), { isMechanism: true, isSecretSent, tokenStatus })
    if (!isChallenge && isSecretSent) return
    if (!isChallenge) throw new Pop3SyntaxError('a login without a password')
    const response = exchange.respond(text)
    progress.isSecretSent ||= exchange.isSecretSent
    connection.send(response)
  }
  throw new Pop3SyntaxError('a login without an end')
}

/** @throws SignInRefusal in place of -ERR */
async function asRefusal<T>(reply: Promise<T>, state: Pick<SignInReply, 'isMechanism' | 'isSecretSent' | 'tokenStatus'>): Promise<T> {
  try {
    return await reply
  } catch (error) {
    if (!(error instanceof Pop3ErrorReply)) throw error
    throw new SignInRefusal({ code: error.responseCode, text: error.text, isCommandError: false, ...state })
  }
}
