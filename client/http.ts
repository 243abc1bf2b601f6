/** One HTTP request by axios, in Node and in a browser alike: an answer, or a problem as a value. Never rejects. */
import axios, { AxiosError, type AxiosProxyConfig, type AxiosRequestConfig } from 'axios'
import type { LinkProblem } from '../common/protocol/link.ts'
import { isLoopback } from '../common/model/hosts.ts'

/** A server, and what it is asked with. A path in `url` is kept: the server may stand behind a proxy's sub-path. */
export interface Server {
  readonly url: string
  readonly token: string
  /** By which way the system reaches an address beyond this machine; absent: as the environment says. */
  readonly routeTo?: (url: string) => Promise<Route>
  /** The agent for a server on this machine, as axios understands it; absent: Node's own. */
  readonly ownAgent?: unknown
  /** What it may take for a poll, beyond the wait. */
  readonly graceSeconds?: number
}

/** Which proxy a request takes, or which agents, as axios understands them. */
export interface Route {
  readonly proxy: AxiosProxyConfig | false
  readonly httpAgent?: unknown
  readonly httpsAgent?: unknown
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  /** Begins with a slash; set behind the server's url. */
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
}

export type HttpResult = { readonly ok: true; readonly answer: HttpAnswer } | { readonly ok: false; readonly problem: LinkProblem }

const MAX_ANSWER_BYTES = 64 * 1024 * 1024

export async function send(server: Server, request: HttpRequest): Promise<HttpResult> {
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(), request.deadlineMs)
  const signal = request.signal ? AbortSignal.any([request.signal, deadline.signal]) : deadline.signal
  try {
    const response = await axios.request<string>(await configOf(server, request, signal))
    const header = (name: string): string | undefined => {
      const value: unknown = response.headers[name]
      return typeof value === 'string' ? value : undefined
    }
    return { ok: true, answer: { status: response.status, header, text: response.data } }
  } catch (error) {
    const seconds = Math.round(request.deadlineMs / 1000)
    if (deadline.signal.aborted) return { ok: false, problem: { code: 'timeout', detail: `The server has not answered for ${seconds} s.` } }
    return { ok: false, problem: problemOf(error) }
  } finally {
    clearTimeout(timer)
  }
}

async function configOf(
  { url, token, routeTo, ownAgent }: Server,
  { method, path, headers, body }: HttpRequest,
  signal: AbortSignal,
): Promise<AxiosRequestConfig<unknown>> {
  const address = url.replace(/\/+$/, '') + path
  return {
    method,
    url: address,
    headers: { ...headers, Authorization: `Bearer ${token}`, Accept: 'application/json' },
    signal,
    responseType: 'text',
    transformResponse: (text: unknown) => (typeof text === 'string' ? text : ''),
    validateStatus: () => true,
    // A redirect would carry the token to where nobody chose to send it.
    maxRedirects: 0,
    ...(body !== undefined && { data: body }),
    // With `keepalive`, an action completes even if the person leaves the page at that moment. Where a limit is set, axios'
    // fetch adapter wraps the body of each answer, and Chromium refuses that for a 204.
    ...(method === 'POST' && 'document' in globalThis
      ? { adapter: 'fetch', fetchOptions: { keepalive: true } }
      : { maxContentLength: MAX_ANSWER_BYTES }),
    // A proxy is for the world outside, never for this machine.
    ...(isLoopback(new URL(address).hostname)
      ? { proxy: false as const, ...(ownAgent !== undefined && { httpAgent: ownAgent }) }
      : await routeTo?.(address)),
  }
}

/** The error's own words and code; never its request, which holds the token. */
function problemOf(error: unknown): LinkProblem {
  const code = error instanceof AxiosError ? (error.code ?? '') : ''
  const detail = error instanceof Error ? error.message : String(error)
  if (/^(?:CERT_|ERR_TLS|ERR_SSL|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY))/.test(code)) return { code: 'tls', detail }
  if (/maxContentLength/.test(detail)) return { code: 'not-mailbell', detail }
  return { code: 'unreachable', detail }
}
