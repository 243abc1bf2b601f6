/** A TCP proxy on loopback that can drop all data, like a network that fails silently. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface Proxy {
  readonly port: number
  /** Drops all data from now on, without closing connections. */
  swallow(): void
  /** Forwards new connections again; swallowed ones stay dead. */
  restore(): void
  /** Closes every connection. */
  cut(): void
  close(): Promise<void>
}

export async function startProxy(targetPort: number): Promise<Proxy> {
  const sockets = new Set<Socket>()
  const swallowed = new WeakSet<Socket>()
  let swallowing = false
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      if (swallowing) swallowed.add(from)
      from.on('data', (data) => void (swallowed.has(from) || swallowing || to.write(data)))
      from.on('error', () => undefined)
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = (): void => sockets.forEach((socket) => socket.destroy())
  return {
    port: (server.address() as AddressInfo).port,
    swallow() {
      swallowing = true
      for (const socket of sockets) swallowed.add(socket)
    },
    restore: () => void (swallowing = false),
    cut,
    async close() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
