/** The connection to a POP3 server: opened, encrypted, and used a command at a time. */
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import type { Pop3SourceConfig } from './config.ts'
import type { Network } from '../../net/network.ts'
import { openTunnel } from '../../net/tunnel.ts'
import type { SourceError } from '../source.ts'
import { tlsOptions } from '../../net/tls/options.ts'
import { Pop3Refusal, type Step } from './errors.ts'
import { createLineReader, type LineReader, Pop3Garbage } from './lines.ts'

const CONNECT_MS = 20_000
const ANSWER_MS = 30_000

export interface Line {
  /** Why it was ended from here. */
  readonly reason: SourceError | null
  open(config: Pop3SourceConfig, network: Network, signal: AbortSignal): Promise<void>
  /** Sends a command and gives its answer, without the +OK. */
  ask(command: string, step: Step): Promise<string>
  /** The answer to what was sent last: a challenge, or the text behind +OK. */
  answer(step: Step): Promise<{ readonly isChallenge: boolean; readonly text: string }>
  send(text: string): void
  body(mostBytes: number, onLine: (line: Buffer) => void): Promise<void>
  destroy(reason?: SourceError): void
}

export function createLine(): Line {
  let socket: Socket | null = null
  let reader: LineReader | null = null
  let reason: SourceError | null = null

  function hold(next: Socket): void {
    socket = next
    // What breaks it is told to whoever reads; nobody may be reading just now.
    next.on('error', () => undefined)
    if (reason) next.destroy()
  }

  async function connected(next: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
    hold(next)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    next.once(event, resolve)
    next.once('error', reject)
    next.once('close', () => reject(Object.assign(new Error('The connection was closed.'), { code: 'ClosedAfterConnectText' })))
    const timer = setTimeout(
      () =>
        next.destroy(
          Object.assign(new Error('It does not answer.'), { code: event === 'connect' ? 'CONNECT_TIMEOUT' : 'UPGRADE_TIMEOUT' }),
        ),
      CONNECT_MS,
    )
    await promise.finally(() => clearTimeout(timer))
  }

  function wired(): { socket: Socket; reader: LineReader } {
    if (!socket || !reader) throw new Error('The connection was closed.')
    return { socket, reader }
  }

  async function answer(step: Step): Promise<{ readonly isChallenge: boolean; readonly text: string }> {
    const text = (await wired().reader.line()).toString('utf8')
    if (/^\+OK(?:\s|$)/i.test(text)) return { isChallenge: false, text: text.slice(3).trim() }
    if (/^-ERR(?:\s|$)/i.test(text)) throw new Pop3Refusal(step, text)
    if (/^\+(?: |$)/.test(text)) return { isChallenge: true, text: text.slice(1).trim() }
    throw new Pop3Garbage('neither +OK nor -ERR')
  }

  const line: Line = {
    get reason() {
      return reason
    },
    async open(config, network, signal) {
      const { host, port, security } = config
      const proxy = network.proxyFor(host, port)
      const opening = security === 'tls' ? 'tls' : 'pop3-starttls'
      const tls: ConnectionOptions = security === 'none' ? {} : await tlsOptions({ host, port, opening, proxy }, config, signal)
      const named = { ...tls, ...(isIP(host) === 0 && { servername: host }) }
      if (proxy === undefined) {
        if (security === 'tls') await connected(connectTls({ ...named, host, port }), 'secureConnect')
        else await connected(connectPlain({ host, port }), 'connect')
      } else {
        hold(await openTunnel(proxy, { host, port }, signal, CONNECT_MS))
        if (security === 'tls') await connected(connectTls({ ...named, socket: wiredSocket(), host }), 'secureConnect')
      }
      reader = createLineReader(wiredSocket(), ANSWER_MS)
      await answer('greeting')
      if (security !== 'starttls') return
      await line.ask('STLS', 'starttls')
      // What was said before TLS could be anybody's (CVE-2011-0411).
      if (reader.hasMore) throw new Pop3Garbage('words between STLS and TLS')
      reader.end()
      await connected(connectTls({ ...named, socket: wiredSocket(), host }), 'secureConnect')
      reader = createLineReader(wiredSocket(), ANSWER_MS)
    },
    async ask(command, step) {
      line.send(command)
      const { isChallenge, text } = await answer(step)
      if (isChallenge) throw new Pop3Garbage('a question where none is expected')
      return text
    },
    answer,
    send(text) {
      wired().socket.write(`${text}\r\n`)
    },
    body: (mostBytes, onLine) => wired().reader.body(mostBytes, onLine),
    destroy(why) {
      if (why) reason ??= why
      socket?.destroy()
    },
  }

  function wiredSocket(): Socket {
    if (!socket) throw new Error('The connection was closed.')
    return socket
  }
  return line
}
