/**
 * The properties of Node's servers and sockets that Node does not document, each with its reason and what happens without it.
 * A test fails in a Node that has changed them.
 */
import type { Server } from 'node:http'
import type { Socket, SocketConstructorOpts } from 'node:net'

interface ServerInternals {
  httpAllowHalfOpen?: boolean
  pauseOnConnect?: boolean
}

interface SocketInternals {
  _handle?: SocketConstructorOpts['handle'] | null
  _peername?: unknown
  server?: unknown
  _server?: unknown
  parser?: { onIncoming: unknown } | null
}

/**
 * Whether the connection of a client that sends no more stays open. Without it, node:http ends such a connection before its
 * request is answered.
 */
export function setHalfOpen(server: Server & ServerInternals, isAllowed: boolean): void {
  server.httpAllowHalfOpen = isAllowed
}

/** Whether new connections are left unread. Without it, what they send is stored until they are accepted. */
export function setPaused(server: Server & ServerInternals, isPaused: boolean): void {
  server.pauseOnConnect = isPaused
}

/** Ignores the requests that Node still reads of a connection. Without it, Node stores a response for each, answered or not. */
export function ignoreRequests({ parser }: Socket & SocketInternals): void {
  if (parser) parser.onIncoming = () => 0
}

/** Frees the address, family and port that Node stores for the life of a socket, once they have been read. Without it, they stay. */
export function forgetPeer(socket: Socket & SocketInternals): void {
  socket._peername = undefined
}

/**
 * Takes the connection of a socket away from it, for another socket. Without it, null, and the socket keeps its connection.
 * @returns the connection, and what makes another socket one of the server, which counts them
 */
export function takeHandle(socket: Socket & SocketInternals) {
  const { _handle: handle, server, _server } = socket
  if (!handle) return null
  socket._handle = null
  return { handle, owner: { server, _server } }
}
