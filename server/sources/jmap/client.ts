/** An authenticated JMAP client: session, method calls, and event stream. */
import type { IncomingMessage } from 'node:http'
import type { ConnectionOptions } from 'node:tls'
import type { JmapSourceConfig } from './config.ts'
import { SourceError } from '../source.ts'
import { endOf, type Network } from '../../net/network.ts'
import { tlsOptions } from '../../net/tls/options.ts'
import { explainRequest, statusError } from '../web/errors.ts'
import { readBody, createRoute, type Route, send } from '../web/request.ts'
import { type MethodResponses, type Call, CallError, methodError, parseResponses } from './calls.ts'
import { isSafeRedirect, parseSession, type Session, eventSourceUrlFor, USING } from './session.ts'

/** For one request and its response. */
export const REQUEST_TIMEOUT_MS = 20_000
const MAX_REDIRECTS = 5
const SESSION_BYTES = 1024 * 1024
/** Thousands of mailboxes have some megabytes. */
const RESPONSE_BYTES = 16 * 1024 * 1024
/** Of the session, where only the host is known (RFC 8620, section 2.2). */
const WELL_KNOWN_PATH = '/.well-known/jmap'

const AUTH_HINT = 'check the user and the password or token'

export type JmapClient = Awaited<ReturnType<typeof openClient>>

/**
 * Fetches the session.
 * @param authorization the header of that name.
 * @throws SourceError
 */
export async function openClient(config: JmapSourceConfig, network: Network, authorization: string, signal: AbortSignal) {
  const { allowInsecure } = config
  const routes = new Map<string, Route>()
  const headers = { Authorization: authorization }

  async function routeTo(url: URL): Promise<Route> {
    const known = routes.get(url.origin)
    if (known) return known
    const route = createRoute(network, url, await tlsFor(url, config, network, signal), true)
    routes.set(url.origin, route)
    return route
  }
  const close = (): void => routes.forEach(({ agent }) => agent.destroy())

  /** Aborts `work` after the timeout. @throws SourceError, or the signal's reason */
  async function withTimeout<T>(url: URL, work: (timeoutSignal: AbortSignal) => Promise<T>): Promise<T> {
    const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS)
    try {
      return await work(AbortSignal.any([signal, timeout]))
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (timeout.aborted) throw new SourceError('network', `${url.origin} did not answer within ${REQUEST_TIMEOUT_MS / 1000} s; retrying.`)
      throw explainRequest(error, url)
    }
  }

  async function fetchSession(): Promise<Session> {
    let url = new URL(config.url)
    if (url.pathname === '/' && url.search === '') url.pathname = WELL_KNOWN_PATH
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      const found = await withTimeout(url, async (timeoutSignal) => {
        const response = await send(url, { route: await routeTo(url), headers, signal: timeoutSignal })
        const { statusCode: status = 0, headers: responseHeaders } = response
        const body = await readBody(response, url, SESSION_BYTES)
        if (status >= 300 && status < 400 && responseHeaders.location !== undefined)
          return redirectTarget(responseHeaders.location, url, allowInsecure)
        if (status !== 200) throw statusError({ status, headers: responseHeaders }, url.origin, AUTH_HINT)
        return parseSession(parseJson(body, url), url, allowInsecure)
      })
      if (!(found instanceof URL)) return found
      url = found
    }
    throw new SourceError('protocol', `${url.origin} redirects more than ${MAX_REDIRECTS} times; check the url.`)
  }

  try {
    const session = await fetchSession()
    const { apiUrl, eventSourceUrl } = session
    const { origin } = apiUrl
    return {
      session,
      /** Of the API, for error messages. */
      origin,
      /** Sends these calls in one request. @throws SourceError */
      async call(calls: readonly Call[]): Promise<MethodResponses> {
        return await withTimeout(apiUrl, async (timeoutSignal) => {
          const route = await routeTo(apiUrl)
          const body = JSON.stringify({ using: USING, methodCalls: calls })
          const postHeaders = { ...headers, 'Content-Type': 'application/json' }
          const response = await send(apiUrl, { route, method: 'POST', headers: postHeaders, body, signal: timeoutSignal })
          const responseBody = await readBody(response, apiUrl, RESPONSE_BYTES)
          const { statusCode: status = 0 } = response
          if (status === 200) return parseResponses(parseJson(responseBody, apiUrl), origin)
          const error = statusError({ status, headers: response.headers }, origin, AUTH_HINT)
          // Retry-After matters more than the reason.
          throw error.retryAfterMs === undefined ? (requestError(responseBody, origin) ?? error) : error
        })
      },
      /** Resolves with the headers of the event stream; null where the server has none. @throws SourceError */
      async openStream(pingSeconds: number, lastEventId: string | undefined, streamSignal: AbortSignal): Promise<IncomingMessage | null> {
        if (eventSourceUrl === undefined) return null
        const url = eventSourceUrlFor(eventSourceUrl, apiUrl, pingSeconds, allowInsecure)
        const streamHeaders = {
          ...headers,
          Accept: 'text/event-stream',
          ...(lastEventId !== undefined && { 'Last-Event-ID': lastEventId }),
        }
        const route = await routeTo(url)
        // The timeout applies until the headers: the stream itself has no end.
        const timeout = new AbortController()
        const response = await withTimeout(url, async (timeoutSignal) => {
          const opened = new AbortController()
          timeoutSignal.addEventListener('abort', () => timeout.abort(), { once: true, signal: opened.signal })
          try {
            return await send(url, { route, headers: streamHeaders, signal: AbortSignal.any([streamSignal, timeout.signal]) })
          } finally {
            opened.abort()
          }
        })
        if (response.statusCode === 200 && response.headers['content-type']?.startsWith('text/event-stream')) return response
        response.destroy()
        // 204 tells a client not to reconnect (Server-Sent Events in the HTML standard).
        if (response.statusCode === 200 || response.statusCode === 204 || response.statusCode === 404) return null
        throw statusError({ status: response.statusCode ?? 0, headers: response.headers }, url.origin, AUTH_HINT)
      },
      toSourceError: (error: unknown): SourceError =>
        error instanceof CallError ? methodError(error.type, error.message, origin) : explainRequest(error, apiUrl),
      close,
    }
  } catch (error) {
    close()
    throw error
  }
}

async function tlsFor(target: URL, { ca, pin, url }: JmapSourceConfig, network: Network, signal: AbortSignal): Promise<ConnectionOptions> {
  if (target.protocol !== 'https:') return {}
  // The pin belongs to the configured host, and to no other that its session names.
  const trust = { ca, pin: new URL(url).hostname === target.hostname ? pin : undefined }
  const { host, port } = endOf(target)
  return await tlsOptions({ host, port, opening: 'tls', proxy: network.proxyFor(host, port) }, trust, signal)
}

function redirectTarget(location: string, from: URL, allowInsecure: boolean): URL {
  const next = URL.canParse(location, from.href) ? new URL(location, from) : null
  if (next && isSafeRedirect(next, from, allowInsecure)) return next
  throw new SourceError('protocol', `${from.origin} redirects to an unprotected address; set the url to the final one.`)
}

function parseJson(body: Buffer, { origin }: URL): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    throw new SourceError('protocol', `${origin} does not answer with JSON; check the url.`)
  }
}

/** The error of a whole request (RFC 8620, section 3.6.1); null where the body holds none. */
function requestError(body: Buffer, origin: string): SourceError | null {
  try {
    const problem: unknown = JSON.parse(body.toString())
    if (typeof problem !== 'object' || problem === null || !('type' in problem) || typeof problem.type !== 'string') return null
    if (!problem.type.startsWith('urn:ietf:params:jmap:error:')) return null
    return methodError(problem.type, 'detail' in problem && typeof problem.detail === 'string' ? problem.detail : '', origin)
  } catch {
    return null
  }
}
