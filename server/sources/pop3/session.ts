/**
 * A session with a POP3 server (RFC 1939), from the login to its end. It locks the mailbox for all other programs, so it
 * is as short as possible.
 */
import { PEER_TIMEOUT_MS } from '../../net/tls/peer.ts'
import { abortable } from '../../platform/abortable.ts'
import type { SourceContext } from '../context.ts'
import { type Credentials, withCredentials } from '../lib/credentials.ts'
import { secretForms } from '../lib/sign-in/sasl.ts'
import { asSignInRefusal, connectAgain, noteEnd, type SignInProgress } from '../lib/sign-in/sign-in.ts'
import { SourceError } from '../source.ts'
import type { Pop3SourceConfig } from './config.ts'
import { openConnection, type Pop3Connection } from './connection.ts'
import { explain, Pop3ErrorReply } from './errors.ts'
import { Pop3SyntaxError } from './lines.ts'
import { listMessages, type Listing } from './listing.ts'
import { type Capabilities, logIn } from './login.ts'

/** Milliseconds of a session at most, with the check of a pinned certificate before it. */
export const SESSION_MS = PEER_TIMEOUT_MS + 120_000

/** Of a longer header, only the beginning is used; beyond the second limit, the session ends. */
const USED_HEADER_BYTES = 64 * 1024
const MAX_HEADER_BYTES = 1024 * 1024
const QUIT_MS = 3_000

export type Pop3Session = ReturnType<typeof createSession>

interface SessionOptions extends SourceContext {
  /** Ways to sign in that the server has refused, for the account. */
  readonly rejectedWays: Set<string>
  /** Milliseconds that a reply may take. */
  readonly replyMs: number
}

/** Runs `work` in a session of its own. @throws SourceError */
export const withSession = <T>(
  config: Pop3SourceConfig,
  options: SessionOptions,
  signal: AbortSignal,
  work: (session: Pop3Session) => Promise<T>,
): Promise<T> =>
  withCredentials(config, options.oauth, signal, (credentials) =>
    connectAgain(options.rejectedWays, () => runSession(credentials, config, options, signal, work)),
  )

async function runSession<T>(
  { auth, secret }: Credentials,
  config: Pop3SourceConfig,
  { network, rejectedWays, replyMs }: SessionOptions,
  signal: AbortSignal,
  work: (session: Pop3Session) => Promise<T>,
): Promise<T> {
  const { name, host, port, user } = config
  if (/[\0\r\n]/.test(secret)) throw new SourceError('config', `The password of ${name} has more than one line.`)
  const timeout = AbortSignal.timeout(SESSION_MS)
  const progress: SignInProgress = { isSecretSent: false, way: null }
  let isSignedIn = false
  let connection: Pop3Connection | null = null
  try {
    connection = await openConnection(config, network, AbortSignal.any([signal, timeout]), replyMs)
    const capabilities = await logIn(connection, config, auth, rejectedWays, progress)
    isSignedIn = true
    return await work(createSession(connection, capabilities))
  } catch (error) {
    if (signal.aborted) throw new SourceError('network', `${name} was closed.`)
    noteEnd(progress, rejectedWays)
    const cause = timeout.aborted ? new SourceError('network', `${host}:${port} takes too long; retrying.`) : error
    const reason = explain(cause, config, secretForms(user, auth, config))
    throw progress.isSecretSent && !isSignedIn ? asSignInRefusal(reason) : reason
  } finally {
    connection?.close()
  }
}

function createSession(connection: Pop3Connection, capabilities: Capabilities | null) {
  const loginDelay = Number(capabilities?.get('LOGIN-DELAY')?.[0] ?? 0)
  /** TOP is optional in RFC 1939, so a server must name it. */
  const hasHeaders = capabilities?.has('TOP') ?? false
  let isOver = false

  async function readHeader(number: number): Promise<Buffer> {
    if (isOver) return Buffer.alloc(0)
    try {
      await connection.command(`TOP ${number} 0`, 'top')
    } catch (error) {
      // A message that the server itself cannot read must not block the others.
      if (error instanceof Pop3ErrorReply) return Buffer.alloc(0)
      throw error
    }
    const lines: Buffer[] = []
    let bytes = 0
    let isBody = false
    try {
      await connection.body(MAX_HEADER_BYTES, (line) => {
        // Some servers send the whole message.
        isBody ||= line.length === 0
        if (isBody || bytes > USED_HEADER_BYTES) return
        bytes += line.length + CRLF.length
        lines.push(Buffer.from(line), CRLF)
      })
    } catch (error) {
      if (!(error instanceof Pop3SyntaxError)) throw error
      isOver = true
    }
    return Buffer.concat(lines)
  }

  return {
    /** Milliseconds that the server requires between two logins (LOGIN-DELAY); 0 where it names none. */
    loginDelayMs: Number.isSafeInteger(loginDelay) && loginDelay > 0 ? loginDelay * 1000 : 0,
    /** Whether the server can send a header without the message. */
    hasHeaders,
    /** Whether a reply was so long that the session is over. */
    isOver: () => isOver,
    list: (): Promise<Listing> => listMessages(connection, hasHeaders ? readHeader : null),
    /** The header of a message, or its beginning; empty where the server cannot read it. */
    header: readHeader,
    /** Marks a message; `quit` deletes it. */
    delete: async (number: number): Promise<void> => void (await connection.command(`DELE ${number}`, 'delete')),
    /** Ends the session and deletes what was marked. */
    quit: async (): Promise<void> => void (await connection.command('QUIT', 'quit')),
    /** Ends a session without deletions. Waits only briefly, because some servers only close the connection. */
    async leave() {
      connection.send('QUIT')
      await abortable(connection.reply('quit'), AbortSignal.timeout(QUIT_MS)).catch(() => undefined)
    },
  }
}

const CRLF = Buffer.from('\r\n')
