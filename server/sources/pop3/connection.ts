/** The connection to a POP3 server: opened, encrypted, and used for one command at a time. */
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Network } from '../../net/network.ts'
import { tlsOptions } from '../../net/tls/options.ts'
import { openTunnel } from '../../net/tunnel.ts'
import type { Pop3SourceConfig } from './config.ts'
import { Pop3ErrorReply, type Step } from './errors.ts'
import { createLineReader, Pop3SyntaxError } from './lines.ts'

const CONNECT_MS = 20_000

export type Pop3Connection = Awaited<ReturnType<typeof openConnection>>

/** Connects and reads the greeting. The connection lives until it is closed or `signal` is aborted. */
export async function openConnection(config: Pop3SourceConfig, network: Network, signal: AbortSignal, replyMs: number) {
  const { host, port, security } = config
  const proxy = network.proxyFor(host, port)
  const opening = security === 'tls' ? 'tls' : 'pop3-starttls'
  const tls = security === 'none' ? {} : await tlsOptions({ host, port, opening, proxy }, config, signal)
  let socket = proxy === undefined ? connectPlain({ host, port }) : await openTunnel(proxy, { host, port }, signal, CONNECT_MS)
  // The reader gets the errors too; between two reads nothing else listens.
  socket.on('error', () => undefined)
  const close = (): void => {
    signal.removeEventListener('abort', close)
    socket.destroy()
  }
  signal.addEventListener('abort', close)
  if (signal.aborted) close()

  async function startTls(): Promise<void> {
    socket = connectTls({ ...tls, ...(isIP(host) === 0 && { servername: host }), socket, host })
    socket.on('error', () => undefined)
    if (signal.aborted) close()
    await ready(socket, 'secureConnect')
  }

  try {
    if (proxy === undefined) await ready(socket, 'connect')
    if (security === 'tls') await startTls()
    let reader = createLineReader(socket, replyMs)
    const connection = {
      send: (line: string) => void socket.write(`${line}\r\n`),
      /**
       * The reply to the last line that was sent: a challenge (RFC 5034) or +OK.
       * @throws Pop3ErrorReply, Pop3SyntaxError, or Node's error
       */
      async reply(step: Step) {
        const text = (await reader.line()).toString('utf8')
        if (/^\+OK(?:\s|$)/i.test(text)) return { isChallenge: false, text: text.slice(3).trim() }
        // hMailServer wrote +ERR in places.
        if (/^[-+]ERR(?:\s|$)/i.test(text)) throw new Pop3ErrorReply(step, text)
        if (/^\+(?: |$)/.test(text)) return { isChallenge: true, text: text.slice(1).trim() }
        throw new Pop3SyntaxError('neither +OK nor -ERR')
      },
      /** Sends a command and gives the text of its +OK. */
      async command(line: string, step: Step): Promise<string> {
        connection.send(line)
        const { isChallenge, text } = await connection.reply(step)
        if (isChallenge) throw new Pop3SyntaxError('an unexpected challenge')
        return text
      },
      /** The lines of a multi-line reply. */
      body: (maxBytes: number, onLine: (line: Buffer) => void, mayEndSilently = false) => reader.body(maxBytes, onLine, mayEndSilently),
      close,
      /** For APOP (RFC 1939, section 7). */
      timestamp: null as string | null,
    }
    const greeting = await connection.reply('greeting')
    connection.timestamp = /<[\x21-\x7e]{1,200}@[\x21-\x7e]{1,200}>/.exec(greeting.text)?.[0] ?? null
    if (security === 'starttls') {
      await connection.command('STLS', 'starttls')
      // Anyone on the way may have sent text before TLS (CVE-2011-0411).
      if (reader.hasMore) throw new Pop3SyntaxError('text between STLS and TLS')
      reader.detach()
      await startTls()
      reader = createLineReader(socket, replyMs)
    }
    return connection
  } catch (error) {
    close()
    throw error
  }
}

async function ready(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  socket.once(event, resolve)
  socket.once('error', reject)
  socket.once('close', () => reject(codedError('The connection was closed.', 'ClosedAfterConnectText')))
  const code = event === 'connect' ? 'CONNECT_TIMEOUT' : 'UPGRADE_TIMEOUT'
  const timer = setTimeout(() => socket.destroy(codedError('It does not answer.', code)), CONNECT_MS)
  await promise.finally(() => clearTimeout(timer))
}

const codedError = (message: string, code: string): Error => Object.assign(new Error(message), { code })
