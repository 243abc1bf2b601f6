/**
 * One buffer into which all connections are read. Node offers that to clients alone (`onread`): for each read of a server's socket
 * it allocates 64 KiB, and an object that must be collected.
 */
import { type OnReadOpts, Socket } from 'node:net'
import { takeHandle } from '../../platform/node-internals.ts'

/** As much as Node allocates. */
const BYTES = 65_536

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
  return (given) => {
    const taken = takeHandle(given)
    return taken ? Object.assign(new Socket({ handle: taken.handle, onread, allowHalfOpen: true }), taken.owner) : given
  }
}
