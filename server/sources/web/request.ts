/** One request over HTTP (RFC 9110): its answer as it begins, and its body as far as it is bounded. */
import { Agent, type IncomingMessage, request as requestPlain } from 'node:http'
import { Agent as SecureAgent, type AgentOptions, request as requestSecure } from 'node:https'
import { once } from 'node:events'
import type { ConnectionOptions } from 'node:tls'
import { SocksProxyAgent } from 'socks-proxy-agent'
import { isLoopback } from '../../../common/model/hosts.ts'
import { endOf, type Network, viaProxy } from '../../net/network.ts'
import { SourceError } from '../source.ts'

type Env = Readonly<Record<string, string | undefined>>

/** The connections to one origin, and the system's proxy on the way; `agent` is to be destroyed. */
export interface Route {
  readonly agent: Agent
  readonly proxy: string | undefined
}

/**
 * @param env where proxies are named: `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`; they are for the world outside, never for
 * this machine. One that the desktop's system names goes before them.
 */
export function createRoute(network: Network, url: URL, tls: ConnectionOptions, env: Env, keepAlive: boolean): Route {
  const { host, port } = endOf(url)
  const proxy = network.proxyFor(host, port)
  return { proxy, agent: createAgent(url, proxy, { ...tls, keepAlive }, env) }
}

function createAgent(url: URL, named: string | undefined, options: AgentOptions, env: Env): Agent {
  // With these letters the proxy looks names up, which this machine may not know.
  if (named?.startsWith('socks')) return new SocksProxyAgent(named.replace(/^socks5:/, 'socks5h:').replace(/^socks4:/, 'socks4a:'), options)
  const outside = isLoopback(url.hostname) ? {} : { proxyEnv: { ...env } }
  const proxy = named === undefined ? outside : { proxyEnv: { HTTP_PROXY: named, HTTPS_PROXY: named } }
  return url.protocol === 'https:' ? new SecureAgent({ ...proxy, ...options }) : new Agent({ ...proxy, keepAlive: options.keepAlive })
}

export interface WebRequest {
  readonly route: Route
  readonly method?: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
}

/** Resolves with the beginning of the answer. @throws Error as Node threw it */
export async function send(
  url: URL,
  { route: { agent, proxy }, method = 'GET', headers, body, signal }: WebRequest,
): Promise<IncomingMessage> {
  const own = { 'User-Agent': 'Mailbell', Accept: 'application/json', ...headers, 'Accept-Encoding': 'identity' }
  const request = (url.protocol === 'https:' ? requestSecure : requestPlain)(url, { agent, method, headers: own, signal })
  request.end(body)
  const [response]: IncomingMessage[] = await once(request, 'response').catch((error: unknown) => {
    throw viaProxy(error, proxy)
  })
  // What breaks later is told by the response.
  request.on('error', () => undefined)
  if (response === undefined) throw new SourceError('network', `${url.origin} has not answered.`)
  if (response.statusCode === 407) {
    response.destroy()
    throw viaProxy(Object.assign(new Error('The proxy asks for credentials.'), { statusCode: 407 }), proxy)
  }
  return response
}

/** @throws SourceError where it is longer than `maxBytes` */
export async function bodyOf(response: IncomingMessage, { origin }: URL, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue
    bytes += chunk.length
    if (bytes > maxBytes) throw new SourceError('protocol', `${origin} answers more than ${maxBytes >> 20} MiB; ask it for less.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
