/** Puts what can go wrong with a server into words that say what to do. */
import type { ImapFlowError } from 'imapflow'
import type { ImapSourceConfig } from '../../config.ts'
import type { SourceErrorCode } from '../../protocol.ts'
import { SourceError } from '../source.ts'

type Place = Pick<ImapSourceConfig, 'name' | 'host' | 'port' | 'user' | 'security'>

/** Codes by which a server says "not now" (RFC 5530, and Yahoo's and Gmail's own). */
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

/**
 * @param secret what must not be told: where the server says it itself, none of its words are passed on.
 */
export function explain(error: unknown, place: Place, secret = ''): SourceError {
  if (error instanceof SourceError) return error
  if (!(error instanceof Error)) return new SourceError('protocol', `${place.name} failed: ${String(error)}.`)
  const { code, message, ...more } = wordsFor(error, place, secret)
  // Not the error as its cause: it holds the command as it was sent.
  return new SourceError(code, message, more)
}

interface Words {
  readonly code: SourceErrorCode
  readonly message: string
  readonly retryAfterMs?: number
}

function wordsFor(error: ImapFlowError, { host, port, user, security }: Place, secret: string): Words {
  const server = `${host}:${port}`
  const code = error.code ?? ''
  const text = saidBy(error)
  const said = text === '' || (secret !== '' && text.includes(secret)) ? '' : ` It says: ${text.slice(0, 300)}`
  if (code === 'ETHROTTLE') {
    const retryAfterMs = Math.max(0, Number(error.throttleReset) || 0)
    return { code: 'rate', message: `${server} wants fewer requests; it is asked again later.${said}`, retryAfterMs }
  }
  if (isNotNow(error.serverResponseCode, text)) {
    return { code: 'rate', message: `${server} takes no more connections or requests just now; it is asked again later.${said}` }
  }
  if (error.authenticationFailed) {
    if (error.serverResponseCode === 'PRIVACYREQUIRED')
      return { code: 'config', message: `${server} takes no password without encryption; set security to tls or starttls.${said}` }
    return {
      code: 'auth',
      message: `${server} refuses the login of ${user}; check user and password (some servers want an app password).${said}`,
    }
  }
  if (code in CERTIFICATE) return { code: 'network', message: `The certificate of ${server} ${CERTIFICATE[code]}.` }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG')
    return { code: 'config', message: `${server} does not speak TLS from the start; check the port, or set security to starttls.` }
  if (error.tlsFailed && security === 'starttls' && !(code in NETWORK))
    return {
      code: 'config',
      message: `${server} does not offer STARTTLS, or offers it wrongly; check the port, or set security to tls.${said}`,
    }
  if (code.startsWith('ERR_SSL') || code === 'EPROTO')
    return { code: 'network', message: `${server} and Mailbell agree on no way to encrypt (${code}); it may need an update.` }
  if (code in NETWORK) return { code: 'network', message: `${server} ${NETWORK[code]}.${said}` }
  if (/^(?:ParserError|.*TooLarge$|TooMany|Unexpected|Missing|Invalid|ResponseProcessing|MAX_IMAP)/.test(code))
    return { code: 'protocol', message: `${server} answers what is not IMAP (${code}); check host and port.` }
  if (error.responseStatus !== undefined)
    return { code: 'protocol', message: `${server} refuses a command (${error.responseStatus}).${said}` }
  return { code: 'network', message: `${server} failed${code === '' ? '' : ` (${code})`}: ${error.message}.` }
}

/** What the server said, as far as it is text. */
function saidBy(error: ImapFlowError): string {
  const text = error.responseText ?? error.reason ?? (typeof error.response === 'string' ? error.response : '')
  return text.trim()
}
