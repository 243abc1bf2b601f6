/** A TCP proxy on loopback that can drop or delay all data, like a network that fails silently. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface Proxy {
  readonly port: number
  /** Drops all data from now on, without closing connections. */
  swallow(): void
  /** Drops what the target sends on the connection that it sees as coming from this port. */
  silence(fromPort: number): void
  /** Forwards new connections again; swallowed ones stay dead. */
  restore(): void
  /** Delays all data, and the ends of connections, until `release`. */
  hold(): void
  /** Delivers what was delayed; resolves once the target has read all of it from connections that have ended meanwhile. */
  release(): Promise<void>
  /** Closes every connection; while data is delayed, the target notices at `release`. */
  cut(): void
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export async function startProxy(targetPort: number): Promise<Proxy> {
  const sockets = new Set<Socket>()
  const clients = new Set<Socket>()
  const swallowed = new WeakSet<Socket>()
  let swallowing = false
  let delayed: (() => void)[] | null = null
  const targetsEnded: Promise<unknown>[] = []
  const inTurn = (step: () => void): void => void (delayed ? delayed.push(step) : step())
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1')
    clients.add(near)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      if (swallowing) swallowed.add(from)
      from.on('data', (data) => void (swallowed.has(from) || swallowing || inTurn(() => to.write(data))))
      from.on('error', () => undefined)
      from.on('close', () => {
        sockets.delete(from)
        clients.delete(from)
        if (!delayed) return to.destroy()
        if (from === near) targetsEnded.push(once(far, 'close'))
        delayed.push(() => to.end())
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = (): void => (delayed ? clients : sockets).forEach((socket) => socket.destroy())
  async function close(): Promise<void> {
    cut()
    server.close()
    await once(server, 'close')
  }

  return {
    port: (server.address() as AddressInfo).port,
    swallow() {
      swallowing = true
      for (const socket of sockets) swallowed.add(socket)
    },
    silence(fromPort) {
      for (const socket of sockets) if (socket.localPort === fromPort) swallowed.add(socket)
    },
    restore: () => void (swallowing = false),
    hold: () => void (delayed ??= []),
    async release() {
      const steps = delayed ?? []
      delayed = null
      for (const step of steps) step()
      await Promise.all(targetsEnded.splice(0))
    },
    cut,
    close,
    [Symbol.asyncDispose]: close,
  }
}
