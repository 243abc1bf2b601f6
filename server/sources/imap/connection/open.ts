/** One connection to a server: opened, watched, and closed at once when told to. */
import type { ConnectionOptions } from 'node:tls'
import { ImapFlow } from 'imapflow'
import { proxyTo } from '../../../net/proxies.ts'
import type { ImapSourceConfig } from '../config.ts'
import { SourceError } from '../../source.ts'
import { PEER_MS, tlsOptions } from '../../../net/tls/options.ts'
import { VERSION } from '../../../platform/version.ts'
import { type Credentials, withCredentials } from '../../credentials.ts'
import { explain } from './errors.ts'
import { createThrottleEar } from './throttle.ts'
import type { ImapTimes } from './times.ts'

/** An answer never needs more: a header line is some kilobytes, the ids of a million mails less than eight megabytes. */
const LINE_BYTES = 8 * 1024 * 1024
const LITERAL_BYTES = 256 * 1024
const RESPONSE_BYTES = 9 * 1024 * 1024
const RESPONSE_TOKENS = 100_000

const loginMs = ({ connect, greeting, login }: ImapTimes): number => connect + greeting + login

/** Milliseconds for connecting and logging in, with a look at the certificate before that. */
export const openMs = (times: ImapTimes): number => PEER_MS + loginMs(times)

export interface Connection {
  readonly client: ImapFlow
  /** Aborts when the connection is lost or was closed, with a SourceError that says why. */
  readonly lost: AbortSignal
  /** The response code of the last refusal: where the library only says that a command was refused, it says why. */
  readonly refusalCode: string | undefined
  /** Ends it at once, for this reason. */
  fail(reason: unknown): void
  /** The reason as a SourceError: of the connection's end where it has one, else of this error. */
  explain(error: unknown): SourceError
}

export interface OpenOptions {
  readonly times: ImapTimes
  /** Called with what the server wants the person to be told, from its greeting on. */
  readonly onAlert: (text: string) => void
}

/**
 * Connects and logs in. The connection lives until `signal` is aborted.
 * @throws SourceError
 */
export const openConnection = (config: ImapSourceConfig, signal: AbortSignal, options: OpenOptions): Promise<Connection> =>
  withCredentials(config, signal, (credentials) => openWith(credentials, config, signal, options))

async function openWith(
  { auth, secret }: Credentials,
  config: ImapSourceConfig,
  signal: AbortSignal,
  { times, onAlert }: OpenOptions,
): Promise<Connection> {
  const tls = await tlsOf(config, signal)
  const lost = new AbortController()
  const server = `${config.host}:${config.port}`
  const ear = createThrottleEar((retryAfterMs) =>
    fail(new SourceError('rate', `${server} wants fewer requests; it is asked again later.`, { retryAfterMs })),
  )
  const proxy = proxyTo(config.host, config.port)
  const client = new ImapFlow({
    host: config.host,
    port: config.port,
    secure: config.security === 'tls',
    // Never left to what the server offers: that can be stripped on the way.
    doSTARTTLS: config.security === 'starttls',
    auth: { user: config.user, ...auth },
    tls,
    logger: ear,
    // The library's own idle begins only 15 s after a command.
    disableAutoIdle: true,
    disableCompression: true,
    // Nothing of the library's own: what it says of itself is for its author.
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
  let refusalCode: string | undefined
  client.on('response', ({ response, code }) => {
    if (response !== 'OK') refusalCode = code
  })
  client.on('alert', ({ message }) => onAlert(message))
  const fail = (reason: unknown): void => {
    if (!lost.signal.aborted) lost.abort(explain(reason, config, secret))
    client.close()
  }
  client.on('error', fail)
  client.on('close', () => fail(Object.assign(new Error('closed'), { code: 'NoConnection', reason: client.byeReason })))
  const close = (): void => fail(new SourceError('network', `${config.name} was closed.`))
  signal.addEventListener('abort', close, { once: true })
  lost.signal.addEventListener('abort', () => signal.removeEventListener('abort', close), { once: true })
  const late = new SourceError('network', `${server} does not answer the login.`)
  const timer = setTimeout(() => fail(late), loginMs(times))
  try {
    signal.throwIfAborted()
    await client.connect()
  } catch (error) {
    // What the login was refused for says more than that the connection has ended, which may have been told first.
    const ended: unknown = lost.signal.reason
    const reason = ended === late || isThrottled(ended) ? ended : explain(error, config, secret)
    fail(reason)
    throw reason
  } finally {
    clearTimeout(timer)
  }
  return {
    client,
    lost: lost.signal,
    get refusalCode() {
      return refusalCode
    },
    fail,
    explain: (error) => (lost.signal.reason instanceof SourceError ? lost.signal.reason : explain(error, config, secret)),
  }
}

const isThrottled = (reason: unknown): reason is SourceError => reason instanceof SourceError && reason.retryAfterMs !== undefined

async function tlsOf(config: ImapSourceConfig, signal: AbortSignal): Promise<ConnectionOptions> {
  const { host, port, security } = config
  if (security === 'none') return {}
  try {
    return await tlsOptions({ host, port, opening: security === 'tls' ? 'tls' : 'imap-starttls' }, config, signal)
  } catch (error) {
    throw signal.aborted ? new SourceError('network', `${config.name} was closed.`) : explain(error, config)
  }
}
