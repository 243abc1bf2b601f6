/** Reads the certificate of a server over a connection of its own, on which neither a name nor a password is sent. */
import type { X509Certificate } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { on } from 'node:events'
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { abortable } from '../../platform/abortable.ts'
import { openTunnel } from '../tunnel.ts'

/** How TLS begins: at once, or after a command of the protocol (RFC 9051, section 6.2.1; RFC 2595, section 4). */
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
  /** Why verification failed, as a code of OpenSSL or Node (`DEPTH_ZERO_SELF_SIGNED_CERT`, …); null if it succeeded. */
  readonly problem: string | null
}

export type PeerStep = 'find' | 'connect' | 'certificate'

/** For all steps together. */
export const PEER_TIMEOUT_MS = 20_000

/** A greeting and a response are a line each. */
const MAX_PLAIN_BYTES = 8 * 1024

/**
 * @param authorities PEM of the trusted authorities; undefined: the system's.
 * @param onStep called as each step begins.
 * @throws Error with Node's `code`; with `tlsFailed` if the server does not begin TLS.
 */
export async function readPeerCertificate(
  place: PeerPlace,
  authorities: readonly string[] | undefined,
  signal: AbortSignal,
  onStep: (step: PeerStep) => void = () => undefined,
): Promise<Peer> {
  const timeout = AbortSignal.timeout(PEER_TIMEOUT_MS)
  try {
    return await connect(place, authorities, AbortSignal.any([signal, timeout]), onStep)
  } catch (error) {
    if (signal.aborted || !timeout.aborted) throw error
    throw Object.assign(new Error('The server does not answer.', { cause: error }), { code: 'CONNECT_TIMEOUT' })
  }
}

async function connect(
  { host, port, opening, proxy }: PeerPlace,
  authorities: readonly string[] | undefined,
  signal: AbortSignal,
  onStep: (step: PeerStep) => void,
): Promise<Peer> {
  onStep('find')
  // A separate lookup tells the two steps apart; Node still chooses the address itself. A proxy looks names up by itself.
  if (isIP(host) === 0 && proxy === undefined) await abortable(lookup(host), signal)
  onStep('connect')
  const plain = proxy === undefined ? connectPlain({ host, port }) : await openTunnel(proxy, { host, port }, signal, PEER_TIMEOUT_MS)
  // The current step reports errors; between two steps there is no other listener.
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
      // The certificate is only read: the connection ends before anything is sent over it.
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
    socket.once('close', () => reject(closedError()))
    if (signal.aborted) reject(signal.reason)
  })
}

const COMMANDS = {
  'imap-starttls': { greeting: /^\* OK\b/i, command: 'm STARTTLS\r\n', ok: /^m OK\b/i, untagged: /^\* / },
  'pop3-starttls': { greeting: /^\+OK\b/i, command: 'STLS\r\n', ok: /^\+OK\b/i, untagged: /^(?!)/ },
} as const

/** Starts TLS. Text between the server's OK and TLS could be injected (CVE-2011-0411), and is an error. */
async function startTls(socket: Socket, opening: keyof typeof COMMANDS, signal: AbortSignal): Promise<void> {
  const { greeting, command, ok, untagged } = COMMANDS[opening]
  let isSent = false
  let rest = ''
  let bytes = 0
  for await (const [chunk] of on(socket, 'data', { signal, close: ['close'] })) {
    const text = String(chunk)
    bytes += text.length
    if (bytes > MAX_PLAIN_BYTES) throw startTlsError('The server sent too much before TLS.')
    const lines = `${rest}${text}`.split('\n')
    rest = lines.pop() ?? ''
    for (const [i, line] of lines.entries()) {
      if (!isSent) {
        if (!greeting.test(line)) throw startTlsError('The greeting is of another protocol.')
        socket.write(command)
        isSent = true
      } else if (!untagged.test(line)) {
        if (!ok.test(line)) throw startTlsError('The server does not offer STARTTLS.')
        if (i < lines.length - 1 || rest !== '') throw startTlsError('The server sent text between STARTTLS and TLS.')
        return
      }
    }
  }
  throw closedError()
}

const startTlsError = (message: string): Error => Object.assign(new Error(message), { code: 'STARTTLS', tlsFailed: true })
const closedError = (): Error => Object.assign(new Error('The connection was closed.'), { code: 'NoConnection' })
