/** Errors of a POP3 server as text that says what to do. */
import { type ConnectionError, connectionError, speaksNoTls } from '../../net/errors.ts'
import { readable } from '../../platform/text.ts'
import { isServerBusy } from '../mail/server-busy.ts'
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
    const [, code = '', text = ''] = /^-ERR(?:[ \t]+\[([^\]]{1,64})\])?[ \t]*(.*)$/is.exec(reply) ?? []
    this.step = step
    this.responseCode = code.toUpperCase()
    this.text = readable(text)
  }
}

/** The pause after LOGIN-DELAY, which names none itself (RFC 2449, section 8.1.1). */
const LOGIN_DELAY_MS = 60_000

type Server = Pick<Pop3SourceConfig, 'name' | 'host' | 'port' | 'user'>

/** @param secrets a text of the server that contains one is left out */
export function explain(error: unknown, server: Server, secrets: readonly string[]): SourceError {
  if (error instanceof SourceError) return error
  if (!(error instanceof Error)) return new SourceError('protocol', `${server.name} failed: ${String(error)}.`)
  const { code, message, ...more } = error instanceof Pop3ErrorReply ? replyError(error, server, secrets) : otherError(error, server)
  return new SourceError(code, message, { ...more, cause: error })
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

function replyError(
  { step, responseCode, text }: Pop3ErrorReply,
  { host, port, user }: Server,
  secrets: readonly string[],
): ConnectionError {
  const quote = text === '' || secrets.some((secret) => text.includes(secret)) ? '' : ` It says: ${text.slice(0, 300)}`
  const error = (code: ConnectionError['code'], what: string): ConnectionError => ({ code, message: `${host}:${port} ${what}.${quote}` })
  const loginRefused = `refuses the login of ${user}; check user and password (some servers require an app password, or POP3 to be enabled)`
  switch (responseCode) {
    case 'AUTH':
      return error('auth', loginRefused)
    case 'IN-USE':
      return error('rate', 'has the mailbox open for another program; retrying later')
    case 'LOGIN-DELAY':
      return { ...error('rate', 'asks for fewer logins; retrying later'), retryAfterMs: LOGIN_DELAY_MS }
    case 'SYS/TEMP':
      return error('network', 'has a temporary error; retrying')
    case 'SYS/PERM':
      return error('config', 'has a permanent error, which a person must correct')
  }
  if (step === 'starttls') return error('config', 'does not offer STARTTLS; check the port, or set security to tls')
  // RFC 1939 has no codes: a refused login may also mean that the mailbox is locked, or the server busy.
  if (isServerBusy(undefined, text) || /\b(?:lock|in use|busy|unavailable)/i.test(text))
    return error('rate', 'accepts no logins at the moment; retrying later')
  if (step === 'login') return error('auth', loginRefused)
  if (step === 'uidl') return error('config', 'has no UIDL, without which new messages cannot be told from old ones; use imap')
  return error('protocol', `refuses a command (${step})`)
}
