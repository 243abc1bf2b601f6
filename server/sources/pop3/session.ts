/**
 * A session with a POP3 server (RFC 1939): logged in, used, and ended. It locks the mailbox for everybody else, so it
 * is kept as short as can be.
 */
import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Pop3SourceConfig } from './config.ts'
import type { Network } from '../../net/network.ts'
import type { SourceContext } from '../context.ts'
import { type Credentials, withCredentials } from '../credentials.ts'
import { SourceError } from '../source.ts'
import { PEER_TIMEOUT_MS } from '../../net/tls/peer.ts'
import { explain, Pop3Refusal } from './errors.ts'
import { createLine, type Line } from './line.ts'
import { Pop3Garbage } from './lines.ts'
import { type Capabilities, logIn, plainOf } from './login.ts'

/** From connecting to the end: a slow server with a large mailbox must do with it. */
const MOST_MS = 120_000
/** A line of UIDL has 80 bytes. */
const MOST_MAILS = 200_000
const LISTING_BYTES = 32 * 1024 * 1024
/** Of a header that much is kept; more than the other is not even read. */
const HEADER_KEPT_BYTES = 64 * 1024
const HEADER_BYTES = 1024 * 1024
/** RFC 1939, section 7. */
const UID_LENGTH = 70

const GOODBYE_MS = 3_000

/** Milliseconds that a session has at the most. */
export const SESSION_MS = PEER_TIMEOUT_MS + MOST_MS

export interface ListedMessage {
  /** Within this session. */
  readonly number: number
  readonly uid: string
}

export interface Pop3Session {
  /** Milliseconds that the server wants between two logins (LOGIN-DELAY); 0 where it does not say. */
  readonly loginDelayMs: number
  list(): Promise<readonly ListedMessage[]>
  /** Whether the server can give a header without its mail. */
  readonly tellsHeaders: boolean
  /** The header of a mail, or as much of it as anybody needs; null where it is so long that the session can't go on. */
  header(number: number): Promise<Buffer | null>
  /** Marks it; it is gone when `quit` has said so. */
  delete(number: number): Promise<void>
  /** Ends the session: what was marked is deleted when it resolves. */
  quit(): Promise<void>
  /** Ends a session in which nothing was marked: politely, but some servers only hang up. */
  leave(): Promise<void>
}

/**
 * Does `work` in a session of its own, of which nothing is left afterwards.
 * @throws SourceError
 */
export const withSession = <T>(
  config: Pop3SourceConfig,
  { oauth, network }: SourceContext,
  signal: AbortSignal,
  work: (session: Pop3Session) => Promise<T>,
): Promise<T> => withCredentials(config, oauth, signal, (credentials) => withSessionAs(credentials, config, network, signal, work))

async function withSessionAs<T>(
  { auth, secret }: Credentials,
  config: Pop3SourceConfig,
  network: Network,
  signal: AbortSignal,
  work: (session: Pop3Session) => Promise<T>,
): Promise<T> {
  if (/[\0\r\n]/.test(secret)) throw new SourceError('config', `The password of ${config.name} has more than one line.`)
  const secrets = [secret, plainOf(config.user, secret)]
  const line = createLine()
  const stop = (reason: SourceError): void => line.destroy(reason)
  const onAbort = (): void => stop(new SourceError('network', `${config.name} was closed.`))
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  const timer = setTimeout(
    () => stop(new SourceError('network', `${config.host}:${config.port} takes too long; it is asked again.`)),
    SESSION_MS,
  )
  try {
    await line.open(config, network, signal)
    const capabilities = await logIn(line, config, auth)
    return await work(sessionOver(line, capabilities))
  } catch (error) {
    throw explain(line.reason ?? error, config, secrets)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    line.destroy()
  }
}

function sessionOver(line: Line, capabilities: Capabilities | null): Pop3Session {
  const loginDelay = Number(capabilities?.get('LOGIN-DELAY')?.[0] ?? 0)
  return {
    loginDelayMs: Number.isSafeInteger(loginDelay) && loginDelay > 0 ? loginDelay * 1000 : 0,
    // One that says nothing of itself is taken to be of RFC 1939 and no more, where TOP is optional.
    tellsHeaders: capabilities?.has('TOP') ?? false,
    async list() {
      await line.ask('UIDL', 'uidl')
      const mails: ListedMessage[] = []
      await line.body(LISTING_BYTES, (text) => {
        const [, number, uid] = /^(\d{1,10})[ \t]+(\S.*?)[ \t]*$/.exec(text.toString('latin1')) ?? []
        if (number === undefined || uid === undefined) throw new Pop3Garbage('a UIDL without number or id')
        if (mails.length === MOST_MAILS)
          throw new SourceError('config', `The maildrop has more than ${MOST_MAILS} mails, which are too many to tell apart; use imap.`)
        mails.push({ number: Number(number), uid: boundedUid(uid) })
      })
      return mails
    },
    async header(number) {
      try {
        await line.ask(`TOP ${number} 0`, 'top')
      } catch (error) {
        // One mail that the server itself can't read holds up no others.
        if (error instanceof Pop3Refusal) return Buffer.alloc(0)
        throw error
      }
      const lines: Buffer[] = []
      let bytes = 0
      try {
        await line.body(HEADER_BYTES, (text) => {
          if (bytes > HEADER_KEPT_BYTES) return
          bytes += text.length + CRLF.length
          lines.push(Buffer.from(text), CRLF)
        })
      } catch (error) {
        if (error instanceof Pop3Garbage) return null
        throw error
      }
      return Buffer.concat(lines)
    },
    delete: async (number) => void (await line.ask(`DELE ${number}`, 'delete')),
    quit: async () => void (await line.ask('QUIT', 'quit')),
    async leave() {
      line.send('QUIT')
      const over = new AbortController()
      const goodbye = line.answer('quit').catch(() => undefined)
      await Promise.race([goodbye, delay(GOODBYE_MS, undefined, { signal: over.signal }).catch(() => undefined)])
      over.abort()
    },
  }
}

const CRLF = Buffer.from('\r\n')

/** Some servers give longer ones, and other characters, than they may. */
const boundedUid = (uid: string): string =>
  uid.length <= UID_LENGTH && /^[\x21-\x7e]+$/.test(uid) ? uid : `~${createHash('sha256').update(uid, 'latin1').digest('base64url')}`
