/** The node:http server: its limits against slow and huge requests, and a shutdown that cuts no client off. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import { LIMITS } from '../../common/protocol/wire.ts'
import type { Defer, Schedule } from '../../common/async/clock.ts'
import { within } from '../../common/async/within.ts'
import { forSlicesOf, newTurn } from '../platform/turns.ts'
import { setPaused } from '../platform/node-internals.ts'
import type { OnParserError } from './parser-errors.ts'
import { hasBody } from './target.ts'

/** Milliseconds. */
export const DEFAULT_TIMES = {
  /** From the first byte of a request to the end of its header. */
  headers: 10_000,
  /** From the first byte of a request to the end of its body. */
  request: 15_000,
  /** Between two checks for overdue requests. */
  check: 5_000,
  /**
   * Of an idle connection: longer than proxies keep theirs (nginx and AWS 60 s, Traefik 90 s, Caddy 120 s, Google 600 s), so
   * that they close it first. Otherwise a request on its way would be lost.
   */
  keepAlive: 620_000,
  /** Of a connection whose client reads nothing of the responses. */
  unread: 30_000,
}
export type ListenerTimes = Readonly<typeof DEFAULT_TIMES>

/** Connections that may wait to be accepted; the system bounds it further. */
const BACKLOG = 4096
/** How long a connection that is to end may still finish writing a response or reading a request. */
const LINGER_MS = 2_000

/** Connections that node:http does not know. */
interface Closable {
  closeIdle(): void
  closeAll(): void
}

/** @param maxConnections new ones beyond this are dropped. A backstop: the caps answer with a problem before. */
export function createListener(
  handler: RequestListener,
  maxConnections: number,
  times: ListenerTimes,
  schedule: Schedule,
  defer: Defer,
  onParserError: OnParserError,
) {
  const server = createServer(
    {
      headersTimeout: times.headers,
      requestTimeout: times.request,
      connectionsCheckingInterval: times.check,
      keepAliveTimeout: times.keepAlive,
      maxHeaderSize: LIMITS.headerBytes,
      // The request filter answers it, as a problem.
      requireHostHeader: false,
      noDelay: true,
    },
    handler,
  )
  server.maxConnections = maxConnections
  server.on('clientError', onParserError)
  server.on('checkExpectation', handler)
  server.on('checkContinue', (req, res) => {
    // Without a body nothing is to be continued, and in a pipeline Node would write the 100 into the response.
    if (hasBody(req)) res.writeContinue()
    handler(req, res)
  })
  server.on('connect', ({ socket }: IncomingMessage) => {
    // Node no longer listens to the socket.
    socket.on('error', () => socket.destroy())
    onParserError(new Error('This server is no proxy.'), socket)
  })

  let early: EarlyConnections | null = null

  return {
    server,
    /** Resolves with the port; connections wait until `open`. Rejects if the server cannot listen. */
    async listen(host: string, port: number): Promise<number> {
      early = createEarlyConnections(server, defer)
      server.listen({ host, port, backlog: BACKLOG })
      await once(server, 'listening')
      const address = server.address()
      return typeof address === 'object' && address !== null ? address.port : port
    },
    open(): void {
      early?.open()
    },
    /**
     * Stops accepting, waits for `release` to answer the parked polls, and ends the connections: idle ones after a grace
     * period in which a request on its way is still answered, the others when their time is over, or `hurried` resolves.
     */
    async close(release: () => Promise<void>, graceMs: number, hurried?: Promise<void>, fast?: Closable | null): Promise<void> {
      if (!server.listening) return
      const ended = Promise.race([once(server, 'close'), ...(hurried ? [hurried] : [])])
      await acceptWaiting(server)
      // Not http.Server's close: that one ends idle connections at once, some of them with a request on its way.
      NetServer.prototype.close.call(server)
      early?.end()
      await release()
      await within(ended, graceMs, schedule)
      server.closeIdleConnections()
      fast?.closeIdle()
      await within(ended, LINGER_MS, schedule)
      server.closeAllConnections()
      fast?.closeAll()
      // Only its own close stops the check for slow connections.
      server.close()
    },
  }
}

type EarlyConnections = ReturnType<typeof createEarlyConnections>

/** Takes the connections of `server` until `open`, and reads nothing of them. */
function createEarlyConnections(server: Server, defer: Defer) {
  const listeners = server.listeners('connection') as ((socket: Socket) => void)[]
  const waiting = new Set<Socket>()
  const wait = (socket: Socket): void => void waiting.add(socket)
  server.removeAllListeners('connection')
  server.on('connection', wait)
  setPaused(server, true)

  function accept(sockets: readonly Socket[]): void {
    for (const socket of sockets) {
      waiting.delete(socket)
      server.emit('connection', socket)
      socket.resume()
    }
  }

  return {
    open(): void {
      setPaused(server, false)
      server.off('connection', wait)
      for (const listener of listeners) server.on('connection', listener)
      forSlicesOf(waiting, defer, accept)
    },
    end(): void {
      for (const socket of waiting) socket.destroy()
      waiting.clear()
    },
  }
}

/**
 * Accepts the connections that the system has established already: at the end of listening it would reset them. libuv accepts
 * one in each turn of the event loop, and clients of another server that has ended may come by the thousand.
 */
async function acceptWaiting(server: Server): Promise<void> {
  let isNew = true
  const note = (): void => void (isNew = true)
  server.on('connection', note)
  for (let turn = 0; isNew && turn < BACKLOG; turn += 1) {
    isNew = false
    await newTurn()
  }
  server.off('connection', note)
}
