/** Errors of a connection to any server, over any protocol, as text that says what to do. */
import type { SourceErrorCode } from '../../common/protocol/wire.ts'
import { CERTIFICATE_PROBLEMS, CERTIFICATE_TEXTS } from './tls/certificate.ts'

export interface ConnectionError {
  readonly code: SourceErrorCode
  /** One sentence. */
  readonly message: string
  readonly retryAfterMs?: number
  readonly isSignInRefusal?: boolean
}

/** The server shows another certificate than the pinned one. */
export class PinMismatchError extends Error {
  override readonly name = 'PinMismatchError'
}

type CodedError = Error & { readonly code?: string | undefined }

const SELF_SIGNED = 'is self-signed; to trust it, name it under ca'
const TEXTS = {
  ...CERTIFICATE_TEXTS,
  'unknown-authority': `${CERTIFICATE_TEXTS['unknown-authority']}; to trust it, name that authority under ca`,
}

const CLOSED = 'closed the connection'
const UNREACHABLE = 'is unreachable; check the network'
const NO_ANSWER = 'does not answer; check the host, the port and the network'

/** The codes of Node and imapflow for a broken connection. */
const NETWORK_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections; check the host and port, and whether it runs',
  ECONNRESET: 'cut the connection',
  EPIPE: 'cut the connection',
  ENOTFOUND: 'has an unknown name; check the host, or the network',
  EAI_AGAIN: 'could not be looked up; check the network',
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ETIMEDOUT: NO_ANSWER,
  ETIMEOUT: 'stopped answering',
  CONNECT_TIMEOUT: NO_ANSWER,
  GREETING_TIMEOUT: 'accepts connections but sends no greeting; check the port, and whether security must be tls there',
  UPGRADE_TIMEOUT: 'began STARTTLS but did not complete it',
  NoConnection: CLOSED,
  EConnectionClosed: CLOSED,
  StateLogout: CLOSED,
  ClosedAfterConnectText: `${CLOSED} without a greeting; check the port, and whether security must be tls there`,
  ClosedAfterConnectTLS: `${CLOSED} without a greeting; check the port`,
}

/** What went wrong on the way to `server`; null for an error that is not of the connection. */
export const connectionError = (server: string, error: CodedError): ConnectionError | null =>
  proxyError(server, error) ?? certificateError(server, error) ?? networkError(server, error.code ?? '')

/** What is wrong with the certificate of `server`; null for another error. */
export function certificateError(server: string, error: CodedError): ConnectionError | null {
  if (error instanceof PinMismatchError) return { code: 'config', message: error.message }
  const problem = CERTIFICATE_PROBLEMS[error.code ?? '']
  if (problem === undefined) return null
  const text = error.code === 'DEPTH_ZERO_SELF_SIGNED_CERT' ? SELF_SIGNED : TEXTS[problem]
  return { code: 'network', message: `The certificate of ${server} ${text}.` }
}

/** Whether the server replied to the start of TLS with something else. */
export const speaksNoTls = ({ message, code = '' }: CodedError): boolean =>
  code === 'ERR_SSL_WRONG_VERSION_NUMBER' ||
  code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG' ||
  (code === 'EPROTO' && /wrong version number|packet length too long/.test(message))

/** 407 as an agent for SOCKS words it, and the reply of a SOCKS proxy. */
const PROXY_REQUIRES_LOGIN = /^Invalid response from proxy: 407$|\(no accepted authentication type\)$/

/** Set by Node's agents and by net/tunnel.ts; imapflow has a message instead. */
const isProxyError = (error: CodedError): boolean =>
  error.code === 'ERR_PROXY_TUNNEL' || error.message === 'Failed to setup proxy connection'

/** The error and its causes; imapflow has a property of its own for a cause. */
function* causesOf(error: unknown): Generator<Error & { readonly statusCode?: unknown; readonly proxy?: unknown }> {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; depth += 1) {
    yield cause
    cause = cause.cause ?? ('_err' in cause ? cause._err : undefined)
  }
}

/** The error of a proxy on the way to `server`; null for another error. */
export function proxyError(server: string, error: CodedError): ConnectionError | null {
  const causes = [...causesOf(error)]
  const address = causes.map((cause) => cause.proxy).find((each) => typeof each === 'string')
  const proxy = address === undefined ? 'The proxy' : `The proxy ${new URL(address).host}`
  // RFC 9110, section 15.5.8, or its counterpart in SOCKS.
  if (causes.some(({ message, statusCode }) => statusCode === 407 || PROXY_REQUIRES_LOGIN.test(message)))
    return {
      code: 'config',
      message: `${proxy} on the way to ${server} requires a login, which Mailbell does not support; ask its administrator for a way without one.`,
    }
  if (!isProxyError(error)) return null
  const statusCode = causes.map((cause) => cause.statusCode).find((code) => typeof code === 'number')
  const status = statusCode === undefined ? '' : ` (${statusCode})`
  return { code: 'network', message: `${proxy} cannot connect to ${server}${status}; check the proxy settings and the network.` }
}

/** Whether the network failed, rather than the protocol spoken over it. */
export const isNetworkErrorCode = (code: string): boolean => code in NETWORK_ERRORS

/**
 * What is wrong between this machine and `server`; null for another code.
 * @param quote the last text of the server, as a sentence after a blank
 */
export function networkError(server: string, code: string, quote = ''): ConnectionError | null {
  if (code.startsWith('ERR_SSL') || code === 'EPROTO')
    return { code: 'network', message: `${server} and Mailbell have no encryption in common (${code}); the server may need an update.` }
  const text = NETWORK_ERRORS[code]
  return text === undefined ? null : { code: 'network', message: `${server} ${text}.${quote}` }
}
