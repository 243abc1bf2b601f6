/** A connection through a proxy: CONNECT over HTTP (RFC 9110, section 9.3.6), or SOCKS (RFC 1928), which looks names up. */
import { type ClientRequest, request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import type { Socket } from 'node:net'
import { SocksClient } from 'socks'
import { abortable } from '../platform/abortable.ts'
import { bracketed } from '../http/hosts.ts'

export interface TunnelEnd {
  /** A name or an address, without brackets. */
  readonly host: string
  readonly port: number
}

/** The proxy does not lead there. `statusCode` is what it answered over HTTP. */
class TunnelError extends Error {
  override readonly name = 'TunnelError'
  readonly code = 'ERR_PROXY_TUNNEL'
  readonly statusCode: number | undefined

  constructor(message: string, statusCode?: number, options?: ErrorOptions) {
    super(message, options)
    this.statusCode = statusCode
  }
}

/**
 * @param proxy `http://…`, `https://…`, `socks4://…` or `socks5://…`, with its port.
 * @throws TunnelError
 */
export async function openTunnel(proxy: string, end: TunnelEnd, signal: AbortSignal, deadlineMs: number): Promise<Socket> {
  const url = new URL(proxy)
  const within = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)])
  try {
    return await (url.protocol.startsWith('socks') ? bySocks(url, end, within, deadlineMs) : byConnect(url, end, within))
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (error instanceof TunnelError) throw error
    throw new TunnelError('The proxy does not lead there.', undefined, { cause: error })
  }
}

function byConnect(proxy: URL, { host, port }: TunnelEnd, signal: AbortSignal): Promise<Socket> {
  const path = `${bracketed(host)}:${port}`
  const options = { method: 'CONNECT', path, headers: { Host: path }, agent: false as const, signal }
  const request: ClientRequest = (proxy.protocol === 'https:' ? requestSecure : requestPlain)(proxy, options)
  return new Promise((resolve, reject) => {
    request.on('error', reject)
    const refuse = (status = 0): void => reject(new TunnelError(`The proxy answers ${status}.`, status))
    request.on('response', (response) => {
      refuse(response.statusCode)
      response.destroy()
    })
    request.on('connect', ({ statusCode = 0 }, socket: Socket, head) => {
      if (statusCode < 200 || statusCode > 299) {
        socket.destroy()
        return refuse(statusCode)
      }
      // A mail server may have greeted in the same breath.
      if (head.length > 0) socket.unshift(head)
      resolve(socket)
    })
    request.end()
  })
}

async function bySocks(proxy: URL, { host, port }: TunnelEnd, signal: AbortSignal, timeout: number): Promise<Socket> {
  const type = proxy.protocol === 'socks5:' ? 5 : 4
  const opening = SocksClient.createConnection({
    proxy: { host: proxy.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(proxy.port), type },
    destination: { host, port },
    command: 'connect',
    timeout,
  })
  try {
    const { socket } = await abortable(opening, signal)
    return socket
  } catch (error) {
    // One that comes too late is let go.
    opening.then(
      ({ socket }) => socket.destroy(),
      () => undefined,
    )
    throw error
  }
}
