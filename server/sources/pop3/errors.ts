/** Errors of a POP3 server as text that says what to do. */
import { type ConnectionError, connectionError, speaksNoTls } from '../../net/errors.ts'
import { readable } from '../../platform/text.ts'
import { isServerBusy } from '../lib/mail/server-busy.ts'
import { quotable } from '../lib/mail/server-text.ts'
import { explainNoWay, explainRefusal } from '../lib/sign-in/refusal.ts'
import type { SignInServer } from '../lib/sign-in/rules.ts'
import { NoSignInWay, SignInRefusal } from '../lib/sign-in/sign-in.ts'
import { SourceError } from '../source.ts'
import type { Pop3SourceConfig } from './config.ts'
import { Pop3SyntaxError } from './lines.ts'

/** The part of a session in which a reply came. */
export type Step = 'greeting' | 'starttls' | 'login' | 'uidl' | 'top' | 'delete' | 'quit'

/** A reply of -ERR. */
export class Pop3ErrorReply extends Error {
  override readonly name = 'Pop3ErrorReply'
  readonly step: Step
  /** The extended response code (RFC 2449, section 8) in capitals; may be empty. */
  readonly responseCode: string
  readonly text: string

  constructor(step: Step, reply: string) {
    super(`The server refuses (${step}).`)
    const [, code = '', text = ''] = /^[-+]ERR(?:[ \t]+\[([^\]]{1,64})\])?[ \t]*(.*)$/is.exec(reply) ?? []
    this.step = step
    this.responseCode = code.toUpperCase()
    this.text = readable(text)
  }
}

type Server = Pick<Pop3SourceConfig, 'name' | 'host' | 'port' | 'user' | 'security' | 'accessToken'>

/** @param secrets a text of the server that contains one is left out */
export function explain(error: unknown, server: Server, secrets: readonly string[]): SourceError {
  if (error instanceof SourceError) return error
  if (!(error instanceof Error)) return new SourceError('protocol', `${server.name} failed: ${String(error)}.`)
  const { code, message, ...more } = describe(error, server, secrets)
  return new SourceError(code, message, { ...more, cause: error })
}

function describe(error: Error, server: Server, secrets: readonly string[]): ConnectionError {
  if (error instanceof SignInRefusal) return explainRefusal(error.reply, signInServer(server), secrets)
  if (error instanceof NoSignInWay) return explainNoWay(error.offered, signInServer(server), server.security !== 'none')
  return error instanceof Pop3ErrorReply ? replyError(error, server, secrets) : otherError(error, server)
}

function otherError(error: Error & { readonly code?: string | undefined }, { host, port }: Server): ConnectionError {
  const server = `${host}:${port}`
  if (error instanceof Pop3SyntaxError)
    return { code: 'protocol', message: `The reply of ${server} is not POP3 (${error.message}); check host and port.` }
  if (speaksNoTls(error))
    return { code: 'config', message: `${server} does not speak TLS from the start; check the port, or set security to starttls.` }
  const code = error.code === undefined ? '' : ` (${error.code})`
  return connectionError(server, error) ?? { code: 'network', message: `${server} failed${code}: ${error.message}` }
}

function replyError(error: Pop3ErrorReply, server: Server, secrets: readonly string[]): ConnectionError {
  const { step, responseCode, text } = error
  const { host, port } = server
  const said = quotable(text, secrets)
  const quote = said === '' ? '' : ` It says: ${said}`
  const what = (code: ConnectionError['code'], message: string): ConnectionError => ({
    code,
    message: `${host}:${port} ${message}.${quote}`,
  })
  if (step === 'starttls' && responseCode === '') return what('config', 'does not offer STARTTLS; check the port, or set security to tls')
  // Before and after the login, codes and texts mean the same as in reply to it.
  const reply = { code: responseCode, text, isCommandError: false, isMechanism: false, isSecretSent: false, tokenStatus: null }
  if (responseCode !== '' || isServerBusy(undefined, text) || /\b(?:lock|in use|busy|unavailable)/i.test(text))
    return explainRefusal(reply, signInServer(server), secrets)
  if (step === 'uidl') return what('config', 'has no UIDL, without which new messages cannot be told from old ones; use imap')
  return what('protocol', `refuses a command (${step})`)
}

const signInServer = ({ host, port, user, accessToken }: Server): SignInServer => ({
  host,
  port,
  user,
  protocol: 'POP3',
  hasToken: accessToken !== null,
})
