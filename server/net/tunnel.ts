/**
 * A socket through a proxy: CONNECT over HTTP (RFC 9110, section 9.3.6), or SOCKS (RFC 1928), which also looks names up.
 * The agents of proxy libraries connect HTTP requests; IMAP and POP3 need the socket itself (docs/decisions.md).
 */
import { request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import type { Socket } from 'node:net'
import { bracketed } from '../../common/model/hosts.ts'
import { abortable } from '../platform/abortable.ts'

export interface TunnelEnd {
  /** A name or an address, without brackets. */
  readonly host: string
  readonly port: number
}

/**
 * @param proxy `http://…`, `https://…`, `socks4://…` or `socks5://…`, with its port.
 * @throws Error with `code: 'ERR_PROXY_TUNNEL'`, `proxy`, and the `statusCode` of a response over HTTP
 */
export async function openTunnel(proxy: string, end: TunnelEnd, signal: AbortSignal, timeoutMs: number): Promise<Socket> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  try {
    const connect = proxy.startsWith('socks') ? connectSocks : connectHttp
    return await connect(new URL(proxy), end, within, timeoutMs)
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw Object.assign(new Error('The proxy does not connect.', { cause: error }), { code: 'ERR_PROXY_TUNNEL', proxy, ...statusOf(error) })
  }
}

const responseError = (statusCode = 0): Error => Object.assign(new Error(`The proxy responded with ${statusCode}.`), { statusCode })
const statusOf = (error: unknown): object => (error instanceof Error && 'statusCode' in error ? { statusCode: error.statusCode } : {})

function connectHttp(proxy: URL, { host, port }: TunnelEnd, signal: AbortSignal): Promise<Socket> {
  const path = `${bracketed(host)}:${port}`
  const options = { method: 'CONNECT', path, headers: { Host: path }, agent: false as const, signal }
  const request = (proxy.protocol === 'https:' ? requestSecure : requestPlain)(proxy, options)
  return new Promise((resolve, reject) => {
    request.on('error', reject)
    request.on('response', (response) => {
      reject(responseError(response.statusCode))
      response.destroy()
    })
    request.on('connect', ({ statusCode = 0 }, socket: Socket, head) => {
      if (statusCode < 200 || statusCode > 299) {
        socket.destroy()
        return reject(responseError(statusCode))
      }
      // The greeting of a mail server may have arrived in the same packet.
      if (head.length > 0) socket.unshift(head)
      resolve(socket)
    })
    request.end()
  })
}

async function connectSocks(proxy: URL, { host, port }: TunnelEnd, signal: AbortSignal, timeout: number): Promise<Socket> {
  // Loaded only for SOCKS proxies.
  const { SocksClient } = await import('socks')
  const opening = SocksClient.createConnection({
    proxy: { host: proxy.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(proxy.port), type: proxy.protocol === 'socks5:' ? 5 : 4 },
    destination: { host, port },
    command: 'connect',
    timeout,
  })
  try {
    return (await abortable(opening, signal)).socket
  } catch (error) {
    // Closes a connection that is established too late.
    opening.then(
      ({ socket }) => socket.destroy(),
      () => undefined,
    )
    throw error
  }
}
