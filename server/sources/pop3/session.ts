/**
 * A session with a POP3 server (RFC 1939), from the login to its end. It locks the mailbox for all other programs, so it
 * is as short as possible.
 */
import { createHash } from 'node:crypto'
import { PEER_TIMEOUT_MS } from '../../net/tls/peer.ts'
import { abortable } from '../../platform/abortable.ts'
import type { SourceContext } from '../context.ts'
import { withCredentials } from '../credentials.ts'
import { secretForms } from '../sign-in/sasl.ts'
import { asSignInRefusal, type SignInProgress } from '../sign-in/sign-in.ts'
import { SourceError } from '../source.ts'
import type { Pop3SourceConfig } from './config.ts'
import { openConnection, type Pop3Connection } from './connection.ts'
import { explain, Pop3ErrorReply } from './errors.ts'
import { Pop3SyntaxError } from './lines.ts'
import { type Capabilities, logIn } from './login.ts'

/** Milliseconds of a session at most, with the check of a pinned certificate before it. */
export const SESSION_MS = PEER_TIMEOUT_MS + 120_000

const MAX_MESSAGES = 200_000
const MAX_LISTING_BYTES = 32 * 1024 * 1024
/** Of a longer header, only the beginning is used; beyond the second limit, the session ends. */
const USED_HEADER_BYTES = 64 * 1024
const MAX_HEADER_BYTES = 1024 * 1024
/** RFC 1939, section 7. */
const MAX_UID_LENGTH = 70
const QUIT_MS = 3_000

export interface ListedMessage {
  /** Valid in this session only. */
  readonly number: number
  readonly uid: string
}

export type Pop3Session = ReturnType<typeof createSession>

/**
 * Runs `work` in a session of its own.
 * @param rejectedWays ways to sign in that the server has refused, for the account
 * @throws SourceError
 */
export const withSession = <T>(
  config: Pop3SourceConfig,
  { oauth, network }: SourceContext,
  signal: AbortSignal,
  rejectedWays: Set<string>,
  work: (session: Pop3Session) => Promise<T>,
): Promise<T> =>
  withCredentials(config, oauth, signal, async ({ auth, secret }) => {
    const { name, host, port, user } = config
    if (/[\0\r\n]/.test(secret)) throw new SourceError('config', `The password of ${name} has more than one line.`)
    const timeout = AbortSignal.timeout(SESSION_MS)
    const progress: SignInProgress = { isSecretSent: false }
    let isSignedIn = false
    let connection: Pop3Connection | null = null
    try {
      connection = await openConnection(config, network, AbortSignal.any([signal, timeout]))
      const capabilities = await logIn(connection, config, auth, rejectedWays, progress)
      isSignedIn = true
      return await work(createSession(connection, capabilities))
    } catch (error) {
      if (signal.aborted) throw new SourceError('network', `${name} was closed.`)
      const cause = timeout.aborted ? new SourceError('network', `${host}:${port} takes too long; retrying.`) : error
      const reason = explain(cause, config, secretForms(user, auth, config))
      throw progress.isSecretSent && !isSignedIn ? asSignInRefusal(reason) : reason
    } finally {
      connection?.close()
    }
  })

function createSession(connection: Pop3Connection, capabilities: Capabilities | null) {
  const loginDelay = Number(capabilities?.get('LOGIN-DELAY')?.[0] ?? 0)
  return {
    /** Milliseconds that the server requires between two logins (LOGIN-DELAY); 0 where it names none. */
    loginDelayMs: Number.isSafeInteger(loginDelay) && loginDelay > 0 ? loginDelay * 1000 : 0,
    /** Whether the server can send a header without the message: TOP is optional in RFC 1939, so a server must name it. */
    hasHeaders: capabilities?.has('TOP') ?? false,
    async list(): Promise<readonly ListedMessage[]> {
      await connection.command('UIDL', 'uidl')
      const messages: ListedMessage[] = []
      await connection.body(MAX_LISTING_BYTES, (line) => {
        const [, number, uid] = /^(\d{1,10})[ \t]+(\S.*?)[ \t]*$/.exec(line.toString('latin1')) ?? []
        if (number === undefined || uid === undefined) throw new Pop3SyntaxError('a UIDL without number or id')
        if (messages.length === MAX_MESSAGES)
          throw new SourceError(
            'config',
            `The maildrop has more than ${MAX_MESSAGES} messages, which are too many to tell apart; use imap.`,
          )
        messages.push({ number: Number(number), uid: boundedUid(uid) })
      })
      return messages
    },
    /** The header of a message, or its beginning; null where it is so long that the session is over. */
    async header(number: number): Promise<Buffer | null> {
      try {
        await connection.command(`TOP ${number} 0`, 'top')
      } catch (error) {
        // A message that the server itself cannot read must not block the others.
        if (error instanceof Pop3ErrorReply) return Buffer.alloc(0)
        throw error
      }
      const lines: Buffer[] = []
      let bytes = 0
      try {
        await connection.body(MAX_HEADER_BYTES, (line) => {
          if (bytes > USED_HEADER_BYTES) return
          bytes += line.length + CRLF.length
          lines.push(Buffer.from(line), CRLF)
        })
      } catch (error) {
        if (error instanceof Pop3SyntaxError) return null
        throw error
      }
      return Buffer.concat(lines)
    },
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

/** Some servers send longer ids, and other characters, than RFC 1939 allows. */
const boundedUid = (uid: string): string =>
  uid.length <= MAX_UID_LENGTH && /^[\x21-\x7e]+$/.test(uid) ? uid : `~${createHash('sha256').update(uid, 'latin1').digest('base64url')}`
