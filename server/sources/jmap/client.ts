/** An authenticated JMAP client: session, method calls, and event stream. */
import type { IncomingMessage } from 'node:http'
import type { ConnectionOptions } from 'node:tls'
import { z } from 'zod'
import type { JmapSourceConfig } from './config.ts'
import { SourceError } from '../source.ts'
import { endOf, type Network } from '../../net/network.ts'
import { newTurn } from '../../platform/turns.ts'
import { tlsOptions } from '../../net/tls/options.ts'
import { explainRequest, statusError } from '../lib/web/errors.ts'
import { followRedirects } from '../lib/web/redirects.ts'
import { createRoute, fetchBytes, type Route, send } from '../lib/web/request.ts'
import { type MethodResponses, type Call, CallError, methodError, parseAs, parseResponses } from './calls.ts'
import { isSafeRedirect, parseSession, type Session, eventSourceUrlFor, USING } from './session.ts'

/** For one request and its response. */
export const REQUEST_TIMEOUT_MS = 20_000
const SESSION_BYTES = 1024 * 1024
/** Twenty thousand mailboxes have some megabytes; more would take too long to parse in one turn. */
const RESPONSE_BYTES = 8 * 1024 * 1024
/** Parsed within a millisecond. */
const SMALL_BYTES = 64 * 1024
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
    const route = await createRoute(network, url, await tlsFor(url, config, network, signal), true)
    routes.set(url.origin, route)
    return route
  }
  const close = (): void => routes.forEach(({ agent }) => agent.destroy())

  /** Aborts `work` after the timeout. @throws SourceError, or the signal's reason */
  async function withTimeout<T>(url: URL, work: (limit: AbortSignal) => Promise<T>): Promise<T> {
    const timeout = new AbortController()
    const timer = setTimeout(() => timeout.abort(), REQUEST_TIMEOUT_MS)
    try {
      return await work(AbortSignal.any([signal, timeout.signal]))
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (timeout.signal.aborted)
        throw new SourceError('network', `${url.origin} did not answer within ${REQUEST_TIMEOUT_MS / 1000} s; retrying.`)
      throw explainRequest(error, url)
    } finally {
      clearTimeout(timer)
    }
  }

  async function fetchSession(): Promise<Session> {
    const start = new URL(config.url)
    if (start.pathname === '/' && start.search === '') start.pathname = WELL_KNOWN_PATH
    return await followRedirects<Session>(start, (url) =>
      withTimeout(url, async (limit) => {
        const response = await fetchBytes(url, { route: await routeTo(url), headers, signal: limit }, SESSION_BYTES)
        const { location } = response.headers
        if (response.status >= 300 && response.status < 400 && location !== undefined) return redirectTarget(location, url, allowInsecure)
        if (response.status !== 200) throw statusError(response, url.origin, AUTH_HINT, authorization)
        return parseSession(parseJson(response.body, url), url, allowInsecure)
      }),
    )
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
      call: (calls: readonly Call[]): Promise<MethodResponses> =>
        withTimeout(apiUrl, async (limit) => {
          const body = JSON.stringify({ using: USING, methodCalls: calls })
          const postHeaders = { ...headers, 'Content-Type': 'application/json' }
          const request = { route: await routeTo(apiUrl), method: 'POST', headers: postHeaders, body, signal: limit } as const
          const response = await fetchBytes(apiUrl, request, RESPONSE_BYTES)
          if (response.status === 200) {
            const document = parseJson(response.body, apiUrl)
            // For thousands of mailboxes, the text and its parts take a turn each.
            if (response.body.length > SMALL_BYTES) await newTurn()
            return parseResponses(document, origin)
          }
          const error = statusError(response, origin, AUTH_HINT, authorization)
          // Retry-After matters more than the reason.
          throw error.retryAfterMs === undefined ? (requestError(response.body, origin) ?? error) : error
        }),
      /** Resolves with the headers of the event stream; null where the server has none. @throws SourceError */
      async openStream(pingSeconds: number, lastEventId: string | undefined, streamSignal: AbortSignal): Promise<IncomingMessage | null> {
        if (eventSourceUrl === undefined) return null
        const url = eventSourceUrlFor(eventSourceUrl, apiUrl, pingSeconds, allowInsecure)
        const resume = lastEventId !== undefined && { 'Last-Event-ID': lastEventId }
        const streamHeaders = { ...headers, Accept: 'text/event-stream', ...resume }
        const route = await routeTo(url)
        // The timeout applies until the headers: the stream itself has no end.
        const response = await withTimeout(url, (limit) =>
          send(url, { route, headers: streamHeaders, signal: AbortSignal.any([streamSignal, limit]) }),
        )
        const { statusCode: status = 0 } = response
        if (status === 200 && response.headers['content-type']?.startsWith('text/event-stream')) return response
        response.destroy()
        // 204 tells a client not to reconnect (Server-Sent Events in the HTML standard).
        if (status === 200 || status === 204 || status === 404) return null
        throw statusError({ status, headers: response.headers }, url.origin, AUTH_HINT, authorization)
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

const RequestError = z.object({ type: z.string().startsWith('urn:ietf:params:jmap:error:'), detail: z.string().catch('') })

/** The error of a whole request (RFC 8620, section 3.6.1); null where the body holds none. */
function requestError(body: Buffer, origin: string): SourceError | null {
  const error = parseAs(RequestError, body.toString())
  return error ? methodError(error.type, error.detail, origin) : null
}
