/** One request over HTTP (RFC 9110), through a proxy where one is configured. */
import { once } from 'node:events'
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request as requestPlain } from 'node:http'
import { Agent as SecureAgent, type AgentOptions, request as requestSecure } from 'node:https'
import type { ConnectionOptions } from 'node:tls'
import { isLoopback } from '../../../../common/model/hosts.ts'
import { endOf, type Network, viaProxy } from '../../../net/network.ts'
import { SourceError } from '../../source.ts'

/** The connections to one origin, until `agent` is destroyed, and the proxy of the desktop's system on the way. */
export interface Route {
  readonly agent: Agent
  readonly proxy: string | undefined
}

/**
 * Where the system names no proxy, the environment may name one for other machines (`HTTP_PROXY`, `HTTPS_PROXY`,
 * `NO_PROXY`).
 */
export async function createRoute(network: Network, url: URL, tls: ConnectionOptions, keepAlive: boolean): Promise<Route> {
  const { host, port } = endOf(url)
  const proxy = network.proxyFor(host, port)
  return { proxy, agent: await createAgent(url, proxy, { ...tls, keepAlive }) }
}

async function createAgent(url: URL, proxy: string | undefined, options: AgentOptions): Promise<Agent> {
  // `h` and `a` let the proxy look names up, because this machine may not know them.
  if (proxy?.startsWith('socks')) {
    const { SocksProxyAgent } = await import('socks-proxy-agent')
    return new SocksProxyAgent(proxy.replace(/^socks5:/, 'socks5h:').replace(/^socks4:/, 'socks4a:'), options)
  }
  const proxyEnv = proxy === undefined ? { ...process.env } : { HTTP_PROXY: proxy, HTTPS_PROXY: proxy }
  const proxied = (proxy !== undefined || !isLoopback(url.hostname)) && { proxyEnv }
  return url.protocol === 'https:' ? new SecureAgent({ ...proxied, ...options }) : new Agent({ ...proxied, keepAlive: options.keepAlive })
}

interface WebRequest {
  readonly route: Route
  readonly method?: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
}

/** Resolves when the response begins. @throws Node's error, with the proxy on the way */
export async function send(
  url: URL,
  { route: { agent, proxy }, method = 'GET', headers, body, signal }: WebRequest,
): Promise<IncomingMessage> {
  const allHeaders = { 'User-Agent': 'Mailbell', Accept: 'application/json', ...headers, 'Accept-Encoding': 'identity' }
  const request = (url.protocol === 'https:' ? requestSecure : requestPlain)(url, { agent, method, headers: allHeaders, signal })
  request.end(body)
  const [response]: IncomingMessage[] = await once(request, 'response').catch((error: unknown) => {
    throw viaProxy(error, proxy)
  })
  // From here on, the response emits the errors too.
  request.on('error', () => undefined)
  if (response === undefined) throw new SourceError('network', `${url.origin} did not answer.`)
  if (response.statusCode === 407) {
    response.destroy()
    throw viaProxy(Object.assign(new Error('The proxy asks for credentials.'), { statusCode: 407 }), proxy)
  }
  return response
}

export interface HttpResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Sends a request, and reads the body. @throws as `send`; SourceError where the body is longer than `maxBytes` */
export async function fetchBytes(url: URL, request: WebRequest, maxBytes: number): Promise<HttpResponse> {
  const response = await send(url, request)
  return { status: response.statusCode ?? 0, headers: response.headers, body: await readBody(response, url, maxBytes) }
}

async function readBody(response: IncomingMessage, { origin }: URL, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue
    bytes += chunk.length
    if (bytes > maxBytes) throw new SourceError('protocol', `The response of ${origin} has more than ${maxBytes >> 20} MiB.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
