/** Puts what can go wrong with a server into words that say what to do. */
import type { ImapFlowError } from 'imapflow'
import type { ImapSourceConfig } from '../config.ts'
import { certificateError, type ConnectionError, isNetworkErrorCode, networkError, proxyError, speaksNoTls } from '../../../net/errors.ts'
import { isServerBusy } from '../../mail/server-busy.ts'
import { SourceError } from '../../source.ts'
import { readable } from '../../../platform/text.ts'

type Place = Pick<ImapSourceConfig, 'name' | 'host' | 'port' | 'user' | 'security'>

/**
 * @param secret what must not be told: where the server says it itself, none of its words are passed on.
 */
export function toSourceError(error: unknown, place: Place, secret = ''): SourceError {
  if (error instanceof SourceError) return error
  if (!(error instanceof Error)) return new SourceError('protocol', `${place.name} failed: ${String(error)}.`)
  const { code, message, ...more } = wordsFor(error, place, secret)
  // Not the error as its cause: it holds the command as it was sent.
  return new SourceError(code, message, more)
}

function wordsFor(error: ImapFlowError, { host, port, user, security }: Place, secret: string): ConnectionError {
  const server = `${host}:${port}`
  const code = error.code ?? ''
  const text = saidBy(error)
  const said = text === '' || (secret !== '' && text.includes(secret)) ? '' : ` It says: ${readable(text).slice(0, 300)}`
  if (isServerBusy(error.serverResponseCode, text)) {
    return { code: 'rate', message: `${server} takes no more connections or requests just now; it is asked again later.${said}` }
  }
  if (error.authenticationFailed) {
    if (error.serverResponseCode === 'PRIVACYREQUIRED')
      return { code: 'config', message: `${server} takes no password without encryption; set security to tls or starttls.${said}` }
    return {
      code: 'auth',
      message: `${server} refuses the login of ${user}; check user and password (some servers want an app password, or a sign-in with a browser).${said}`,
    }
  }
  const onTheWay = proxyError(server, error)
  if (onTheWay) return onTheWay
  const untrusted = certificateError(server, error)
  if (untrusted) return untrusted
  if (speaksNoTls(error))
    return { code: 'config', message: `${server} does not speak TLS from the start; check the port, or set security to starttls.` }
  if (error.tlsFailed && security === 'starttls' && !isNetworkErrorCode(code))
    return {
      code: 'config',
      message: `${server} does not offer STARTTLS, or offers it wrongly; check the port, or set security to tls.${said}`,
    }
  const fault = networkError(server, code, said)
  if (fault) return fault
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
