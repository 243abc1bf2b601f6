/** A web server on loopback with a custom handler, which can be stopped and restarted. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'

export interface WebServer {
  /** `http://127.0.0.1:PORT`, or `https://localhost:PORT`. */
  readonly origin: string
  /** The received requests, oldest first. */
  readonly requests: readonly IncomingMessage[]
  /** Closes every connection and accepts no new ones. */
  stop(): Promise<void>
  /** Listens on the same port again. */
  start(): Promise<void>
}

export async function startWeb(respond: RequestListener, tls?: { readonly cert: string; readonly key: string }): Promise<WebServer> {
  const requests: IncomingMessage[] = []
  const listener: RequestListener = (request, response) => {
    requests.push(request)
    respond(request, response)
  }
  const server = tls ? createSecureServer(tls, listener) : createServer(listener)
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  return {
    origin: tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    requests,
    async stop() {
      server.close()
      server.closeAllConnections()
      if (server.listening) await once(server, 'close')
    },
    start: () => listen(port),
  }
}
