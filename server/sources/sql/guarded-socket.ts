import { Socket } from 'node:net'

/**
 * A socket whose listeners may throw: that breaks this connection and not the process. The databases' parsers do
 * throw, from within 'data', when something that is no such database answers.
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
