/**
 * One buffer into which all connections are read. Node offers that to clients alone (`onread`): for each read of a server's socket
 * it allocates 64 KiB, and an object that must be collected.
 */
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net'

/** As much as Node allocates. */
const BYTES = 65_536

/** What Node does not document. */
interface Internals {
  _handle?: SocketConstructorOpts['handle'] | null
  server?: unknown
  _server?: unknown
}

/**
 * Returns what replaces the socket of a new connection by one that is read so.
 * @param receive called with what was read; returns false if no more is to be read for now
 */
export function createReadBuffer(receive: (socket: Socket, bytes: Buffer, length: number) => boolean): (given: Socket) => Socket {
  const buffer = Buffer.allocUnsafeSlow(BYTES)
  const onread: OnReadOpts = {
    buffer,
    callback(this: Socket, length) {
      return receive(this, buffer, length)
    },
  }
  return (given: Socket & Internals) => {
    const { _handle: handle, server, _server } = given
    if (!handle) return given
    given._handle = null
    // The server counts its connections.
    return Object.assign(new Socket({ handle, onread, allowHalfOpen: true }), { server, _server })
  }
}
