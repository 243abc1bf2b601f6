/**
 * The fast path: polls and small PUTs, answered straight on the socket. A connection begins here. The first bytes that are
 * not certainly one whole such request hand it over to node:http, which keeps it.
 */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { fromPathId } from '../../../common/protocol/path-ids.ts'
import type { HttpContext } from '../context.ts'
import type { ListenerTimes } from '../listener.ts'
import type { AccountGet } from '../routes/accounts-get.ts'
import type { AccountPut } from '../routes/accounts-put.ts'
import { Connection, type FastOwner, receiveRead } from './connection.ts'
import { createReadBuffer } from './read-buffer.ts'
import { type FastRequest, parseRequest } from './request.ts'

interface FastPathDeps extends Pick<HttpContext, 'tokens' | 'now' | 'schedule' | 'metrics' | 'addressFrom' | 'fail'> {
  readonly times: ListenerTimes
  readonly isOwnHost: (host: string) => boolean
  readonly get: AccountGet
  readonly put: AccountPut
}

/** Takes over the new connections of `server`. */
export function createFastPath(server: Server, deps: FastPathDeps) {
  const { tokens, times, now, schedule, metrics, isOwnHost, addressFrom, get, put, fail } = deps
  const connections = new Set<Connection>()
  const [acceptHttp] = server.listeners('connection') as ((this: Server, socket: Socket) => void)[]
  let cancelSweep: (() => void) | null = null
  const withReadBuffer = createReadBuffer(receiveRead)

  function handOver(connection: Connection, unread: Uint8Array | null): void {
    forget(connection)
    connection.detach()
    acceptHttp?.call(server, connection.socket)
    if (unread) connection.socket.unshift(Buffer.from(unread))
  }

  function forget(connection: Connection): void {
    connections.delete(connection)
    if (connections.size > 0) return
    cancelSweep?.()
    cancelSweep = null
  }

  /** False if node:http is to answer: nothing has happened then. */
  function handle(connection: Connection, request: FastRequest): boolean {
    const { method, segment, authorization } = request
    if (!isOwnHost(request.host)) return false
    const token = tokens.find(authorization)
    if (!token?.allows(method === 'GET' ? 'read' : 'collect')) return false
    const id = segment === null ? null : fromPathId(segment)
    if (segment !== null && id === null) return false
    connection.begin()
    metrics.countRequest('fast')
    try {
      if (method === 'GET') {
        const address = addressFrom(connection.remoteAddress, request.forwardedFor)
        get({ token, id, ifNoneMatch: request.ifNoneMatch, prefer: request.prefer, address }, connection)
      } else put({ token, id: id ?? '', body: request.body }, connection).catch((error: unknown) => fail(error, connection))
    } catch (error) {
      fail(error, connection)
    }
    return true
  }

  const owner: FastOwner = {
    seconds: () => Math.floor(now() / 1000),
    keepAlive: `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(times.keepAlive / 1000)}\r\n\r\n`,
    receive(connection, bytes, start, end) {
      // A client that sends more while it reads nothing meets the bounds of node:http's side.
      const request = connection.socket.writableLength > 0 ? null : parseRequest(bytes, start, end)
      if (request !== null && handle(connection, request)) return request.length
      handOver(connection, bytes.subarray(start, end))
      return null
    },
    gone: forget,
  }

  function sweep(): void {
    const second = owner.seconds()
    for (const connection of connections) {
      const { socket, isIdle, idleSince, hasReceived } = connection
      if (!isIdle) continue
      const idleMs = (second - idleSince) * 1000
      if (!hasReceived && idleMs >= times.headers) handOver(connection, null)
      else if (idleMs >= (socket.writableLength > 0 ? times.unread : times.keepAlive)) socket.destroy()
    }
    if (connections.size > 0) cancelSweep = schedule(sweep, times.check)
  }

  server.removeAllListeners('connection')
  server.on('connection', (socket) => {
    connections.add(new Connection(withReadBuffer(socket), owner))
    cancelSweep ??= schedule(sweep, times.check)
  })

  return {
    closeIdle(): void {
      for (const connection of connections) if (connection.isIdle) connection.socket.destroy()
    },
    closeAll(): void {
      for (const { socket } of connections) socket.destroy()
    },
  }
}
