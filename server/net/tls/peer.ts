/**
 * The certificate that a server shows, looked at over a connection of its own on which nothing is sent but the wish to
 * encrypt: neither a name nor a password.
 */
import type { X509Certificate } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { on } from 'node:events'
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { abortable } from '../../platform/abortable.ts'
import { openTunnel } from '../tunnel.ts'

/** How encryption begins: at once, or after a command of the protocol (RFC 9051 section 6.2.1, RFC 2595 section 4). */
export type Opening = 'tls' | 'imap-starttls' | 'pop3-starttls'

export interface PeerPlace {
  /** A name or an address, without brackets. */
  readonly host: string
  readonly port: number
  readonly opening: Opening
  /** `http://…`, `socks5://…`, …; undefined: directly. */
  readonly proxy?: string | undefined
}

export interface Peer {
  readonly certificate: X509Certificate
  /** Why it can't be verified, as OpenSSL or Node call it (`DEPTH_ZERO_SELF_SIGNED_CERT`, …); null where it can. */
  readonly problem: string | null
}

/** How far a look has come. */
export type PeerStep = 'find' | 'connect' | 'certificate'

/** Milliseconds that a look has. */
export const PEER_MS = 20_000

/** A greeting and an answer are a line each. */
const MAX_PLAIN_BYTES = 8 * 1024

/**
 * @param authorities PEM of the authorities that are trusted; undefined: the system's.
 * @param onStep told when each step begins.
 * @throws Error with the `code` that Node gave it; `tlsFailed` where the server does not begin to encrypt.
 */
export async function readPeerCertificate(
  place: PeerPlace,
  authorities: readonly string[] | undefined,
  signal: AbortSignal,
  onStep: (step: PeerStep) => void = () => undefined,
): Promise<Peer> {
  const late = AbortSignal.timeout(PEER_MS)
  try {
    return await look(place, authorities, AbortSignal.any([signal, late]), onStep)
  } catch (error) {
    if (signal.aborted || !late.aborted) throw error
    throw Object.assign(new Error('The server does not answer.', { cause: error }), { code: 'CONNECT_TIMEOUT' })
  }
}

async function look(
  { host, port, opening, proxy }: PeerPlace,
  authorities: readonly string[] | undefined,
  signal: AbortSignal,
  onStep: (step: PeerStep) => void,
): Promise<Peer> {
  onStep('find')
  // Looked up apart from connecting, so that the two are told apart; which address is taken is left to `connect`. Behind a
  // proxy it is the one that looks names up.
  if (isIP(host) === 0 && proxy === undefined) await abortable(lookup(host), signal)
  onStep('connect')
  const plain = proxy === undefined ? connectPlain({ host, port }) : await openTunnel(proxy, { host, port }, signal, PEER_MS)
  // What breaks it is told by the step that it breaks; between two of them nobody listens.
  plain.on('error', () => undefined)
  const close = (): void => void plain.destroy(signal.reason)
  signal.addEventListener('abort', close, { once: true })
  try {
    if (proxy === undefined) await settled(plain, 'connect', signal)
    onStep('certificate')
    if (opening !== 'tls') await startTls(plain, opening, signal)
    const secure = connectTls({
      socket: plain,
      host,
      ...(isIP(host) === 0 && { servername: host }),
      minVersion: 'TLSv1.2',
      ...(authorities && { ca: [...authorities] }),
      // Whatever is shown is only looked at: the connection ends before anything is said over it.
      rejectUnauthorized: false,
    })
    try {
      await settled(secure, 'secureConnect', signal)
      const certificate = secure.getPeerX509Certificate()
      if (!certificate) throw Object.assign(new Error('The server shows no certificate.'), { code: 'ERR_SSL_NO_CERTIFICATE' })
      return { certificate, problem: secure.authorized ? null : codeOf(secure.authorizationError) }
    } finally {
      secure.destroy()
    }
  } finally {
    signal.removeEventListener('abort', close)
    plain.destroy()
  }
}

function codeOf(problem: unknown): string {
  return problem instanceof Error && 'code' in problem ? String(problem.code) : String(problem)
}

function settled(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve)
    socket.on('error', reject)
    socket.once('close', () => reject(ended()))
    if (signal.aborted) reject(signal.reason)
  })
}

const COMMANDS = {
  'imap-starttls': { greeting: /^\* OK\b/i, command: 'm STARTTLS\r\n', yes: /^m OK\b/i, untagged: /^\* / },
  'pop3-starttls': { greeting: /^\+OK\b/i, command: 'STLS\r\n', yes: /^\+OK\b/i, untagged: /^(?!)/ },
} as const

/** Asks for TLS. What the server says after its yes and before TLS could be anybody's, and ends it. */
async function startTls(socket: Socket, opening: keyof typeof COMMANDS, signal: AbortSignal): Promise<void> {
  const { greeting, command, yes, untagged } = COMMANDS[opening]
  let isAsked = false
  for await (const { line, rest } of linesOf(socket, signal)) {
    if (!isAsked) {
      if (!greeting.test(line)) throw refusal('The server greets in another protocol.')
      socket.write(command)
      isAsked = true
    } else if (!untagged.test(line)) {
      if (!yes.test(line)) throw refusal('The server does not offer STARTTLS.')
      if (rest !== '') throw refusal('The server speaks between STARTTLS and TLS.')
      return
    }
  }
  throw ended()
}

const refusal = (why: string): Error => Object.assign(new Error(why), { code: 'STARTTLS', tlsFailed: true })
const ended = (): Error => Object.assign(new Error('The connection was closed.'), { code: 'NoConnection' })

/** The lines that come in, each with what came behind it. */
async function* linesOf(socket: Socket, signal: AbortSignal): AsyncGenerator<{ readonly line: string; readonly rest: string }> {
  let rest = ''
  let bytes = 0
  for await (const [chunk] of on(socket, 'data', { signal, close: ['close'] })) {
    const text = String(chunk)
    bytes += text.length
    if (bytes > MAX_PLAIN_BYTES) throw refusal('The server says too much before TLS.')
    rest += text
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n')) {
      const line = rest.slice(0, end).replace(/\r$/, '')
      rest = rest.slice(end + 1)
      yield { line, rest }
    }
  }
}
