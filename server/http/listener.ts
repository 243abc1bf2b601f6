/**
 * The node:http server itself: its limits against slow and huge requests, what it says to what is no HTTP, and how it
 * stops without cutting anybody off.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server, STATUS_CODES } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import { LIMITS, PROBLEM_TYPE, type ProblemCode, PROBLEMS } from '../../common/protocol/wire.ts'
import { problemBody } from './answers.ts'
import { hasParkedPoll } from './parked-poll.ts'

/** Milliseconds. */
export interface ListenerTimes {
  /** From the first byte of a request to the end of its header. */
  readonly headers: number
  /** From the first byte of a request to the end of its body. */
  readonly request: number
  /** Between two looks at what has passed its time. */
  readonly check: number
  /** An idle connection is kept this long: longer than proxies keep theirs, so that it is they who close. */
  readonly keepAlive: number
}

export const DEFAULT_TIMES: ListenerTimes = { headers: 10_000, request: 15_000, check: 5_000, keepAlive: 72_000 }

export interface Listener {
  readonly server: Server
  /** For `clientError`: answers what the parser refused, or could not wait for. */
  refuse(error: NodeJS.ErrnoException, socket: Socket): void
  /** The port that is listened on. Rejects where that cannot be. */
  listen(host: string, port: number): Promise<number>
  /**
   * Stops accepting at once, waits for `release` to answer what is held, and ends the connections: the idle ones
   * after a moment in which a request on its way is still answered, the others when they had their time.
   */
  close(release: () => Promise<void>, graceMs: number): Promise<void>
}

export interface ListenerDeps {
  readonly handler: RequestListener
  /** New connections beyond this are dropped: a backstop, the caps refuse in words before. */
  readonly maxConnections: number
  readonly times: ListenerTimes
  readonly schedule: (callback: () => void, ms: number) => () => void
  readonly onAnswer: (status: number) => void
}

/** As many connections as may wait to be accepted; the system bounds it further. */
const BACKLOG = 4096
/** How long an answer that is being written, or a request that is being read, may still take where a connection is to end. */
const LAST_WORDS_MS = 2_000

export function createListener({ handler, maxConnections, times, schedule, onAnswer }: ListenerDeps): Listener {
  const server = createServer(
    {
      headersTimeout: times.headers,
      requestTimeout: times.request,
      connectionsCheckingInterval: times.check,
      keepAliveTimeout: times.keepAlive,
      maxHeaderSize: LIMITS.headerBytes,
      // The gate answers it, as a problem.
      requireHostHeader: false,
      noDelay: true,
    },
    handler,
  )
  server.maxConnections = maxConnections
  server.on('checkExpectation', handler)

  return {
    server,
    refuse: (error, socket) => onAnswer(refuse(error, socket, schedule)),
    async listen(host, port) {
      server.listen({ host, port, backlog: BACKLOG })
      await once(server, 'listening')
      const address = server.address()
      return typeof address === 'object' && address !== null ? address.port : port
    },
    async close(release, graceMs) {
      if (!server.listening) return
      const ended = once(server, 'close')
      // Not http.Server's close: that one ends idle connections at once, some of them with a request on its way.
      NetServer.prototype.close.call(server)
      const wait = (ms: number): Promise<unknown> => {
        const { promise: passed, resolve } = Promise.withResolvers<void>()
        const cancel = schedule(resolve, ms)
        return Promise.race([ended, passed]).finally(cancel)
      }
      await release()
      await wait(graceMs)
      server.closeIdleConnections()
      await wait(LAST_WORDS_MS)
      server.closeAllConnections()
      // It ends its look at slow connections in its own close only.
      server.close()
    },
  }
}

/** Answers what the parser refused, as bytes, for there is no response object; then the connection ends. */
function refuse(error: NodeJS.ErrnoException, socket: Socket, schedule: ListenerDeps['schedule']): number {
  const code = problemOf(error)
  const { status } = PROBLEMS[code]
  const { _httpMessage: pending } = socket as Socket & { _httpMessage?: IncomingMessage | null }
  if (error.code === 'ECONNRESET' || !socket.writable || pending || hasParkedPoll(socket)) {
    socket.destroy()
    return status
  }
  // An answer to a HEAD has no body; the parser has not always told the method yet.
  const isHead = 'rawPacket' in error && Buffer.isBuffer(error.rawPacket) && error.rawPacket.toString('latin1', 0, 5) === 'HEAD '
  const body = problemBody(code)
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Connection: close',
      'Cache-Control: no-store',
      'X-Content-Type-Options: nosniff',
      `Content-Type: ${PROBLEM_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      isHead ? '' : body,
    ].join('\r\n'),
  )
  // The client's own end may never come. Not at once: with bytes unread, the reset would overtake the answer.
  socket.once(
    'close',
    schedule(() => socket.destroy(), LAST_WORDS_MS),
  )
  return status
}

function problemOf(error: NodeJS.ErrnoException): ProblemCode {
  if (error.code === 'HPE_HEADER_OVERFLOW') return 'headers-too-large'
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'timeout'
  return error.code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW' ? 'too-large' : 'bad-request'
}
