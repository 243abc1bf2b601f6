import { Socket } from 'node:net'

/**
 * A socket whose listeners may throw: the error ends this connection, not the process. The parsers of the databases do
 * throw in 'data', when something else answers.
 */
export function createGuardedSocket(): Socket {
  const socket = new Socket()
  const { emit } = socket
  Reflect.set(socket, 'emit', (...args: unknown[]): boolean => {
    try {
      return Reflect.apply(emit, socket, args) === true
    } catch (error) {
      socket.destroy(error instanceof Error ? error : new Error(String(error)))
      return true
    }
  })
  return socket
}
