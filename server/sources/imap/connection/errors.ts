/** Errors of imapflow and of the server, as text that says what to do. */
import type { ImapFlowError } from 'imapflow'
import type { MailServerConfig } from '../../lib/config/mail-server.ts'
import { certificateError, type ConnectionError, isNetworkErrorCode, networkError, proxyError, speaksNoTls } from '../../../net/errors.ts'
import { isServerBusy } from '../../lib/mail/server-busy.ts'
import { quotable } from '../../lib/mail/server-text.ts'
import { explainNoWay, explainRefusal, isAccountRefusal } from '../../lib/sign-in/refusal.ts'
import type { SignInServer } from '../../lib/sign-in/rules.ts'
import { NoSignInWay, SignInRefusal } from '../../lib/sign-in/sign-in.ts'
import { SourceError } from '../../source.ts'

type Server = Pick<MailServerConfig, 'name' | 'host' | 'port' | 'user' | 'security'> & Partial<Pick<MailServerConfig, 'accessToken'>>

/** The connection is to be replaced at once, by one that does without what failed. */
export class Reconnect extends SourceError {
  constructor(message: string) {
    super('network', message)
  }
}

/** The server did not answer in time. */
export class NoAnswer extends SourceError {
  constructor(message: string) {
    super('network', message)
  }
}

/** @param secrets must not appear: where the server's text repeats one, none of that text is used. */
export function toSourceError(error: unknown, server: Server, secrets: readonly string[] = []): SourceError {
  if (error instanceof SourceError) return error
  if (!(error instanceof Error)) return new SourceError('protocol', `${server.name} failed: ${String(error)}.`)
  const { code, message, ...more } = describe(error, server, secrets)
  // Without the error as its cause, which holds the command as sent.
  return new SourceError(code, message, more)
}

function describe(error: ImapFlowError, config: Server, secrets: readonly string[]): ConnectionError {
  const { host, port, user, security, accessToken = null } = config
  const server = `${host}:${port}`
  const signInServer: SignInServer = { host, port, user, protocol: 'IMAP', hasToken: accessToken !== null }
  if (error instanceof SignInRefusal) return explainRefusal(error.reply, signInServer, secrets)
  if (error instanceof NoSignInWay) return explainNoWay(error.offered, signInServer, security !== 'none')
  const code = error.code ?? ''
  const { response } = error
  const text = (error.responseText ?? error.reason ?? (typeof response === 'string' ? response : '')).trim()
  // Exchange accepts a sign-in before it knows whether there is a mailbox.
  if (error.authenticationFailed || isAccountRefusal(text)) {
    const reply = {
      code: error.serverResponseCode ?? '',
      text,
      isCommandError: false,
      isMechanism: false,
      isSecretSent: true,
      tokenStatus: null,
    }
    return explainRefusal(reply, signInServer, secrets)
  }
  const said = quotable(text, secrets)
  const reply = said === '' ? '' : ` It says: ${said}`
  if (isServerBusy(error.serverResponseCode, text))
    return { code: 'rate', message: `${server} accepts no more connections or requests at the moment; retrying later.${reply}` }
  const onTheWay = proxyError(server, error) ?? certificateError(server, error)
  if (onTheWay) return onTheWay
  if (speaksNoTls(error))
    return { code: 'config', message: `${server} does not start with TLS; check the port, or set security to starttls.` }
  if (error.tlsFailed && security === 'starttls' && !isNetworkErrorCode(code))
    return { code: 'config', message: `${server} does not offer STARTTLS, or fails at it; check the port, or set security to tls.${reply}` }
  const broken = networkError(server, code, reply)
  if (broken) return broken
  if (/^(?:ParserError|.*TooLarge$|TooMany|Unexpected|Missing|Invalid|ResponseProcessing|MAX_IMAP)/.test(code))
    return { code: 'protocol', message: `${server} does not answer with IMAP (${code}); check host and port.` }
  if (error.responseStatus !== undefined)
    return { code: 'protocol', message: `${server} refuses a command (${error.responseStatus}).${reply}` }
  return { code: 'network', message: `${server} failed${code === '' ? '' : ` (${code})`}: ${error.message}.` }
}
