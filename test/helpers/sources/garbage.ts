/** A server that sends garbage. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** Answers every connection with lines of no mail protocol. */
export async function startGarbage(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', () => undefined)
    socket.end('\u0000\u0001 HTTP/1.1 418 (((( {99999999999}\r\n'.repeat(20))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close()
      await once(server, 'close')
    },
  }
}
