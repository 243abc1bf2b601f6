/** What can go wrong with any server, over any protocol, in words that say what to do. */
import type { SourceErrorCode } from '../../common/protocol/wire.ts'

export interface ConnectionError {
  readonly code: SourceErrorCode
  readonly message: string
  readonly retryAfterMs?: number
}

/** Codes by which a mail server says "not now" (RFC 5530, and Yahoo's and Gmail's own). */
const NOT_NOW = new Set(['UNAVAILABLE', 'LIMIT', 'THROTTLED', 'INUSE', 'SERVERBUG', 'OVERQUOTA', 'RATE-LIMIT'])
/** The same said in words only. */
const NOT_NOW_WORDS = /too many|throttl|rate limit|limit(?:s)? exceeded|exceeded.*limit|try again later|temporar(?:y|ily)|overloaded/i

export const isNotNow = (code: string | undefined, text = ''): boolean =>
  (code !== undefined && NOT_NOW.has(code.toUpperCase())) || NOT_NOW_WORDS.test(text)

/** What OpenSSL and Node say of a certificate. */
const CERTIFICATE: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is signed by itself; name its authority under ca if you trust it',
  SELF_SIGNED_CERT_IN_CHAIN: 'comes from an authority that this system does not know; name that under ca if you trust it',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'comes from an authority that this system does not know; name that under ca if you trust it',
  UNABLE_TO_GET_ISSUER_CERT: 'comes from an authority that this system does not know; name that under ca if you trust it',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'comes from an authority that this system does not know; name that under ca if you trust it',
  CERT_HAS_EXPIRED: 'has expired; whoever runs the server must renew it (or the clock here is wrong)',
  CERT_NOT_YET_VALID: 'is not valid yet; the clock here or there is wrong',
  CERT_REVOKED: 'was revoked; whoever runs the server must replace it',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another name; check the host',
}

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections; check the host and port, and whether it runs',
  ECONNRESET: 'cut the connection',
  EPIPE: 'cut the connection',
  ENOTFOUND: 'is not known by that name; check the host, or the network',
  EAI_AGAIN: 'could not be looked up just now; check the network',
  EHOSTUNREACH: 'cannot be reached; check the network',
  ENETUNREACH: 'cannot be reached; check the network',
  ETIMEDOUT: 'does not answer; check the host, the port and the network',
  ETIMEOUT: 'has stopped answering',
  CONNECT_TIMEOUT: 'does not answer; check the host, the port and the network',
  GREETING_TIMEOUT: 'accepts connections but says nothing; check the port, and whether security must be tls there',
  UPGRADE_TIMEOUT: 'began STARTTLS but did not go through with it',
  NoConnection: 'ended the connection',
  EConnectionClosed: 'ended the connection',
  StateLogout: 'ended the connection',
  ClosedAfterConnectText: 'ended the connection before it said anything; check the port, and whether security must be tls there',
  ClosedAfterConnectTLS: 'ended the connection before it said anything; check the port',
}

/** What is wrong with the certificate of `server`; null where `code` says nothing of it. */
export const certificateError = (server: string, code: string): ConnectionError | null =>
  code in CERTIFICATE ? { code: 'network', message: `The certificate of ${server} ${CERTIFICATE[code]}.` } : null

/** Whether the other side answered the wish for TLS with something else. */
export const speaksNoTls = ({ message, code = '' }: Error & { readonly code?: string | undefined }): boolean =>
  code === 'ERR_SSL_WRONG_VERSION_NUMBER' ||
  code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG' ||
  (code === 'EPROTO' && /wrong version number|packet length too long/.test(message))

const PROXY_ASKS = /^Invalid response from proxy: 407$|\(no accepted authentication type\)$/

/** As Node's agents and our own tunnel say it, and imapflow. */
const isOfProxy = (error: Error): boolean =>
  ('code' in error && error.code === 'ERR_PROXY_TUNNEL') || error.message === 'Failed to setup proxy connection'

/** The error and what it came from; imapflow has its own name for that. */
function* chainOf(error: unknown): Generator<Error & { readonly statusCode?: unknown }> {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; depth += 1) {
    yield at
    at = at.cause ?? ('_err' in at ? at._err : undefined)
  }
}

/**
 * What a proxy on the way to `server` has answered; null where it was none.
 * @param proxy its address, where it is known.
 */
export function proxyError(server: string, proxy: string | undefined, error: Error): ConnectionError | null {
  const chain = [...chainOf(error)]
  if (chain.some(({ message, statusCode }) => statusCode === 407 || PROXY_ASKS.test(message))) return proxyAsks(server, proxy)
  if (!isOfProxy(error)) return null
  const answered = chain.map(({ statusCode }) => statusCode).find((status) => typeof status === 'number')
  const status = answered === undefined ? '' : ` (${answered})`
  return { code: 'network', message: `${named(proxy)} does not lead to ${server}${status}; check the proxy settings and the network.` }
}

/** RFC 9110, section 15.5.8; a proxy of SOCKS has a word of its own for it. */
export const proxyAsks = (server: string, proxy: string | undefined): ConnectionError => ({
  code: 'config',
  message: `${named(proxy)} on the way to ${server} wants a name and a password, which Mailbell does not send; ask whoever runs it for a way without.`,
})

const named = (proxy: string | undefined): string => (proxy === undefined ? 'The proxy' : `The proxy ${new URL(proxy).host}`)

/** Whether `code` is that of a network that does not carry, rather than of what is said over it. */
export const isNetworkErrorCode = (code: string): boolean => code in NETWORK

/**
 * What is wrong between here and `server`; null where `code` says nothing of it.
 * @param said what the server said in the end, as a sentence with a blank before it.
 */
export function networkError(server: string, code: string, said = ''): ConnectionError | null {
  if (code.startsWith('ERR_SSL') || code === 'EPROTO')
    return { code: 'network', message: `${server} and Mailbell agree on no way to encrypt (${code}); it may need an update.` }
  return code in NETWORK ? { code: 'network', message: `${server} ${NETWORK[code]}.${said}` } : null
}
