/** One HTTP request through axios, in Node and in a browser alike. Errors are values; it never rejects. */
import axios, { AxiosError, type AxiosProxyConfig, type AxiosRequestConfig, type AxiosResponse } from 'axios'
import { errorTextOf } from '../common/errors.ts'
import type { LinkProblem } from '../common/protocol/link.ts'
import { isLoopback } from '../common/model/hosts.ts'
import { baseOf } from '../common/model/server-url.ts'

export interface Server {
  /** May have a path, if the server is behind a proxy. */
  readonly url: string
  readonly token: string
  /** How to reach an address beyond this machine; absent: as the environment says. */
  readonly routeTo?: (url: string) => Promise<Route>
  /** The agent for a server on this machine, as axios takes it; absent: Node's own. */
  readonly ownAgent?: unknown
  /** How long a poll may take beyond its wait. */
  readonly graceSeconds?: number
}

/** A proxy or agents, as axios takes them. */
export interface Route {
  readonly proxy: AxiosProxyConfig | false
  readonly httpAgent?: unknown
  readonly httpsAgent?: unknown
}

export interface HttpRequest {
  readonly method: 'GET' | 'PATCH' | 'POST' | 'DELETE'
  /** Starts with a slash; appended to the server's url. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** For the whole exchange. */
  readonly deadlineMs: number
  readonly signal?: AbortSignal
}

export interface HttpAnswer {
  readonly status: number
  /** The value of a header, by its name in lower case. */
  readonly header: (name: string) => string | undefined
  readonly text: string
  /** The address of the server to which it redirects; empty in a browser, which hides it. */
  readonly redirect?: string
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: LinkProblem }

const REDIRECTS = new Set([301, 302, 303, 307, 308])
/** The status of an opaque redirect (Fetch Standard, section 2.2.6). */
const HIDDEN_REDIRECT = 0
const MAX_TARGET_LENGTH = 300
const MAX_ANSWER_BYTES = 64 * 1024 * 1024

export async function send({ url, token, routeTo, ownAgent }: Server, request: HttpRequest): Promise<Result<HttpAnswer>> {
  const { method, path, headers, body, deadlineMs } = request
  const base = URL.parse(url)
  const address = `${base ? baseOf(base) : url}${path}`
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(), deadlineMs)
  try {
    const response = await exchange({
      method,
      url: address,
      headers: { ...headers, Authorization: `Bearer ${token}`, Accept: 'application/json' },
      signal: request.signal ? AbortSignal.any([request.signal, deadline.signal]) : deadline.signal,
      responseType: 'text',
      transformResponse: (text: unknown) => (typeof text === 'string' ? text : ''),
      validateStatus: () => true,
      // A redirect would carry the token to a place that the user did not choose.
      maxRedirects: 0,
      ...(body !== undefined && { data: body }),
      // A page: XMLHttpRequest would follow a redirect. With `keepalive`, an action completes even if the user leaves the page
      // at that moment. Where a limit is set, axios wraps the body of each answer, and Chromium refuses that for 204 and 304.
      ...('document' in globalThis
        ? { adapter: 'fetch', fetchOptions: { keepalive: method !== 'GET' } }
        : { maxContentLength: MAX_ANSWER_BYTES }),
      // A proxy is for the world outside, never for this machine.
      ...(isLoopback(new URL(address).hostname)
        ? { proxy: false as const, ...(ownAgent !== undefined && { httpAgent: ownAgent }) }
        : await routeTo?.(address)),
    })
    const header = (name: string): string | undefined => {
      const value: unknown = response.headers[name]
      return typeof value === 'string' ? value : undefined
    }
    const { status, data: text } = response
    const redirect = status === HIDDEN_REDIRECT ? '' : REDIRECTS.has(status) ? targetOf(header('location'), address, path) : undefined
    return { ok: true, value: { status, header, text, ...(redirect !== undefined && { redirect }) } }
  } catch (error) {
    const detail = `The server did not answer within ${Math.round(deadlineMs / 1000)} s.`
    return { ok: false, problem: deadline.signal.aborted ? { code: 'no-answer', detail } : problemOf(error, address) }
  } finally {
    clearTimeout(timer)
  }
}

/** In which a connection that was closed before shows that: a round trip. A poll that ends later was cut while it was held. */
const STALE_MS = 2_000

/**
 * A server or proxy may close an idle connection at the moment when it is used again (RFC 9112, section 9.3.1). A GET is
 * then sent again, as browsers do; it ends with a new connection at the latest.
 */
async function exchange(config: AxiosRequestConfig): Promise<AxiosResponse<string>> {
  const sentAtMs = performance.now()
  try {
    return await axios.request<string>(config)
  } catch (error) {
    if (config.method === 'GET' && isStaleConnection(error) && performance.now() - sentAtMs < STALE_MS) return exchange(config)
    throw error
  }
}

/** True if a connection that was used before ended without an answer. Only Node's requests tell. */
function isStaleConnection(error: unknown): boolean {
  if (!(error instanceof AxiosError) || error.response || !/^(?:ECONNRESET|EPIPE)$/.test(error.code ?? '')) return false
  const request: unknown = error.request
  return typeof request === 'object' && request !== null && 'reusedSocket' in request && request.reusedSocket === true
}

/** As a browser says; a server on this machine needs no network. */
const isOffline = (address: string): boolean =>
  'onLine' in navigator && navigator.onLine === false && !isLoopback(new URL(address).hostname)

/** Without the path of the request, so that it can be used as the server's address, and without a query. */
function targetOf(location: string | undefined, address: string, path: string): string | undefined {
  const url = location ? URL.parse(location, address) : null
  if (!url?.protocol.startsWith('http')) return undefined
  const { origin, pathname } = url
  return `${origin}${pathname.endsWith(path) ? pathname.slice(0, -path.length) : pathname}`.slice(0, MAX_TARGET_LENGTH)
}

/** The error's own message and code; never its request, which holds the token. */
function problemOf(error: unknown, address: string): LinkProblem {
  const code = error instanceof AxiosError ? (error.code ?? '') : ''
  const detail = errorTextOf(error)
  if (/wrong version number/i.test(detail)) return { code: 'tls', detail: 'The server answers without TLS at this port; try http://.' }
  if (/^(?:CERT_|ERR_TLS|ERR_SSL|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY))/.test(code)) return { code: 'tls', detail }
  if (/maxContentLength/.test(detail)) return { code: 'not-mailbell', detail }
  return { code: isOffline(address) ? 'offline' : 'unreachable', detail }
}
