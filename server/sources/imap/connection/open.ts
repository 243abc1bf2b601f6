/** One logged-in connection to an IMAP server. */
import type { ConnectionOptions } from 'node:tls'
import type { ImapFlow } from 'imapflow'
import { viaProxy } from '../../../net/network.ts'
import type { MailServerConfig } from '../../lib/config/mail-server.ts'
import type { SourceContext } from '../../context.ts'
import { SourceError } from '../../source.ts'
import { tlsOptions } from '../../../net/tls/options.ts'
import { PEER_TIMEOUT_MS } from '../../../net/tls/peer.ts'
import { newTurn } from '../../../platform/turns.ts'
import { VERSION } from '../../../platform/version.ts'
import { type Credentials, withCredentials } from '../../lib/credentials.ts'
import { quotable } from '../../lib/mail/server-text.ts'
import type { LearnedQuirks } from '../server-quirks.ts'
import { secretForms } from '../../lib/sign-in/sasl.ts'
import { asSignInRefusal, connectAgain, noteEnd, type SignInProgress } from '../../lib/sign-in/sign-in.ts'
import { replaceSignIn } from './authenticate.ts'
import { toSourceError } from './errors.ts'
import { keepExactNames } from './exact-names.ts'
import { watchGreeting } from './greeting.ts'
import { createThrottleLogger } from './throttle.ts'
import type { ImapTimes } from './times.ts'

/** A header line has some kilobytes; the UIDs of a million messages fit into eight megabytes. */
const LINE_BYTES = 8 * 1024 * 1024
const LITERAL_BYTES = 256 * 1024
const RESPONSE_BYTES = 9 * 1024 * 1024
const RESPONSE_TOKENS = 100_000

/** Milliseconds for connecting and logging in, and for the certificate check before that. */
export const loginTimeoutMs = (times: ImapTimes): number => PEER_TIMEOUT_MS + connectTimeoutMs(times)
const connectTimeoutMs = ({ connect, greeting, login }: ImapTimes): number => connect + greeting + login

export interface Connection {
  readonly client: ImapFlow
  /** Aborts when the connection is lost or closed, with the reason as a SourceError. */
  readonly lost: AbortSignal
  /** Shared by all connections of the account. */
  readonly learned: LearnedQuirks
  /** The response code of the last NO or BAD (RFC 5530), which imapflow leaves out of some of its errors. */
  readonly lastErrorCode: string | undefined
  /** The server or the network has ended the connection, not this side. */
  readonly isLostByPeer: boolean
  /** Closes it at once, for this reason. */
  close(reason: unknown): void
  /** What the server said with its NO or BAD, as it may be shown; may be empty. */
  replyOf(error: unknown): string
  /** Why the connection ended, where it has; else this error. */
  toSourceError(error: unknown): SourceError
}

interface OpenOptions extends SourceContext {
  readonly times: ImapTimes
  readonly learned: LearnedQuirks
  /** Called with each ALERT (RFC 9051, section 7.1), from the greeting on. */
  readonly onAlert: (text: string) => void
}

/**
 * Connects and logs in. The connection lives until `signal` is aborted.
 * @throws SourceError
 */
export const openConnection = (config: MailServerConfig, signal: AbortSignal, options: OpenOptions): Promise<Connection> =>
  withCredentials(config, options.oauth, signal, (credentials) =>
    connectAgain(options.learned.rejectedSignIns, () => openWith(credentials, config, signal, options)),
  )

async function openWith(
  { auth }: Credentials,
  config: MailServerConfig,
  signal: AbortSignal,
  { times, learned, network, onAlert }: OpenOptions,
): Promise<Connection> {
  const { host, port, security } = config
  const server = `${host}:${port}`
  const proxy = network.proxyFor(host, port)
  const tls = await tlsFor(config, proxy, signal)
  // Loaded here, so that commands which only read the config start without it. It is large: in a turn of its own.
  await newTurn()
  const imapflow = await import('imapflow')
  const secrets = secretForms(config.user, auth, config)
  const client = new imapflow.ImapFlow({
    host,
    port,
    secure: security === 'tls',
    // Never left to the capabilities of the server, which an attacker can strip.
    doSTARTTLS: security === 'starttls',
    auth: { user: config.user, ...auth },
    tls,
    logger: createThrottleLogger((retryAfterMs) =>
      close(new SourceError('rate', `${server} asks for fewer requests; retrying later.`, { retryAfterMs })),
    ),
    // imapflow starts its own IDLE only 15 s after a command.
    disableAutoIdle: true,
    disableCompression: true,
    disableIMAP4rev2: learned.avoidsRev2,
    // Replaces imapflow's ID values, which name its author.
    clientInfo: { name: 'Mailbell', version: VERSION, vendor: '', 'support-url': '' },
    ...(proxy !== undefined && { proxy }),
    connectionTimeout: times.connect,
    greetingTimeout: times.greeting,
    socketTimeout: times.socket,
    maxLineLength: LINE_BYTES,
    maxLiteralSize: LITERAL_BYTES,
    maxResponseSize: RESPONSE_BYTES,
    maxResponseTokens: RESPONSE_TOKENS,
  })
  keepExactNames(client)
  const explainGreeting = watchGreeting(client, config)
  const explain = (error: unknown): SourceError => explainGreeting(error) ?? toSourceError(viaProxy(error, proxy), config, secrets)
  const progress: SignInProgress = { isSecretSent: false, way: null }
  replaceSignIn(client, { ...config, auth }, learned.rejectedSignIns, progress)
  const lost = new AbortController()
  let isLostByPeer = false
  const close = (reason: unknown): void => {
    if (!lost.signal.aborted) lost.abort(explain(reason))
    client.close()
  }
  let lastErrorCode: string | undefined
  client.on('response', ({ response, code }) => {
    if (response !== 'OK') lastErrorCode = code
  })
  client.on('alert', ({ message }) => onAlert(message))
  client.on('error', (error) => {
    isLostByPeer ||= !lost.signal.aborted
    close(error)
  })
  client.on('close', () => {
    isLostByPeer ||= !lost.signal.aborted
    close(Object.assign(new Error('closed'), { code: 'NoConnection', reason: client.byeReason }))
  })
  const onAbort = (): void => close(closedError(config))
  signal.addEventListener('abort', onAbort, { once: true })
  lost.signal.addEventListener('abort', () => signal.removeEventListener('abort', onAbort), { once: true })
  const timeout = new SourceError('network', `${server} does not answer the login.`)
  const timer = setTimeout(() => close(timeout), connectTimeoutMs(times))
  try {
    signal.throwIfAborted()
    await client.connect()
  } catch (error) {
    // The error of the login says more than the end of the connection, which may have been reported first.
    const ended: unknown = lost.signal.reason
    const known = ended === timeout || isThrottled(ended) ? explain(ended) : explain(error)
    if (isLostByPeer) noteEnd(progress, learned.rejectedSignIns)
    const reason = progress.isSecretSent ? asSignInRefusal(known) : known
    close(reason)
    throw reason
  } finally {
    clearTimeout(timer)
  }
  return {
    client,
    lost: lost.signal,
    learned,
    get lastErrorCode() {
      return lastErrorCode
    },
    get isLostByPeer() {
      return isLostByPeer
    },
    close,
    replyOf: (error) =>
      quotable(
        error instanceof Error && 'responseText' in error && typeof error.responseText === 'string' ? error.responseText : '',
        secrets,
      ),
    toSourceError: (error) => (lost.signal.reason instanceof SourceError ? lost.signal.reason : explain(error)),
  }
}

const isThrottled = (reason: unknown): boolean => reason instanceof SourceError && reason.retryAfterMs !== undefined

const closedError = ({ name }: MailServerConfig): SourceError => new SourceError('network', `${name} was closed.`)

async function tlsFor(config: MailServerConfig, proxy: string | undefined, signal: AbortSignal): Promise<ConnectionOptions> {
  const { host, port, security } = config
  if (security === 'none') return {}
  try {
    return await tlsOptions({ host, port, opening: security === 'tls' ? 'tls' : 'imap-starttls', proxy }, config, signal)
  } catch (error) {
    throw signal.aborted ? closedError(config) : toSourceError(error, config)
  }
}
