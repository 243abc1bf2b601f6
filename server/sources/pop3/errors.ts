/** Puts what can go wrong with a POP3 server into words that say what to do. */
import type { Pop3SourceConfig } from './config.ts'
import { type ConnectionError, connectionError, speaksNoTls } from '../../net/errors.ts'
import { isServerBusy } from '../mail/server-busy.ts'
import { SourceError } from '../source.ts'
import { readable } from '../../platform/text.ts'
import { Pop3Garbage } from './lines.ts'

/** What was asked for when the server said no. */
export type Step = 'greeting' | 'starttls' | 'login' | 'uidl' | 'top' | 'delete' | 'quit'

/** The server said no. */
export class Pop3Refusal extends Error {
  override readonly name = 'Pop3Refusal'
  readonly step: Step
  /** Its extended response code (RFC 2449, section 8) in capitals; empty where it gives none. */
  readonly responseCode: string
  readonly said: string

  constructor(step: Step, answer: string) {
    super(`The server refuses (${step}).`)
    const [, code = '', said = ''] = /^-ERR(?:[ \t]+\[([^\]]{1,64})\])?[ \t]*(.*)$/is.exec(answer) ?? []
    this.step = step
    this.responseCode = code.toUpperCase()
    this.said = readable(said)
  }
}

/** Where a server does not say how long it wants to be left alone (RFC 2449, section 8.1.1). */
const LOGIN_DELAY_MS = 60_000

type Place = Pick<Pop3SourceConfig, 'name' | 'host' | 'port' | 'user'>

/** @param secrets what must not be told: where the server says one itself, none of its words are passed on. */
export function explain(error: unknown, place: Place, secrets: readonly string[] = []): SourceError {
  if (error instanceof SourceError) return error
  if (!(error instanceof Error)) return new SourceError('protocol', `${place.name} failed: ${String(error)}.`)
  const { code, message, ...more } = wordsFor(error, place, secrets)
  return new SourceError(code, message, { ...more, cause: error })
}

function wordsFor(error: Error & { readonly code?: string | undefined }, place: Place, secrets: readonly string[]): ConnectionError {
  const server = `${place.host}:${place.port}`
  if (error instanceof Pop3Refusal) return refusalOf(error, place, secrets)
  if (error instanceof Pop3Garbage)
    return { code: 'protocol', message: `${server} answers what is not POP3 (${error.message}); check host and port.` }
  if (speaksNoTls(error))
    return { code: 'config', message: `${server} does not speak TLS from the start; check the port, or set security to starttls.` }
  const { code = '' } = error
  return (
    connectionError(server, error) ?? {
      code: 'network',
      message: `${server} failed${code === '' ? '' : ` (${code})`}: ${error.message}`,
    }
  )
}

function refusalOf({ step, responseCode, said }: Pop3Refusal, { host, port, user }: Place, secrets: readonly string[]): ConnectionError {
  const server = `${host}:${port}`
  const words = said === '' || secrets.some((secret) => said.includes(secret)) ? '' : ` It says: ${said.slice(0, 300)}`
  switch (responseCode) {
    case 'AUTH':
      return refusedLogin(server, user, words)
    case 'IN-USE':
      return { code: 'rate', message: `${server} has the mailbox open for another program; it is asked again later.${words}` }
    case 'LOGIN-DELAY':
      return { code: 'rate', message: `${server} wants fewer logins; it is asked again later.${words}`, retryAfterMs: LOGIN_DELAY_MS }
    case 'SYS/TEMP':
      return { code: 'network', message: `${server} cannot help just now; it is asked again.${words}` }
    case 'SYS/PERM':
      return { code: 'config', message: `${server} refuses until somebody mends it, here or there.${words}` }
  }
  if (step === 'starttls')
    return { code: 'config', message: `${server} does not offer STARTTLS; check the port, or set security to tls.${words}` }
  // RFC 1939 has no word for why: the mailbox may be locked, or the server busy.
  if (isServerBusy(undefined, said) || /\b(?:lock|in use|busy|unavailable)/i.test(said))
    return { code: 'rate', message: `${server} does not let anybody in just now; it is asked again later.${words}` }
  if (step === 'login') return refusedLogin(server, user, words)
  if (step === 'uidl')
    return { code: 'config', message: `${server} has no UIDL, without which nobody can tell which mails are new; use imap.${words}` }
  return { code: 'protocol', message: `${server} refuses a command (${step}).${words}` }
}

const refusedLogin = (server: string, user: string, words: string): ConnectionError => ({
  code: 'auth',
  message: `${server} refuses the login of ${user}; check user and password (some servers want an app password, or POP3 to be switched on).${words}`,
})
