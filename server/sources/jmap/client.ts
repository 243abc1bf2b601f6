/** One signed-in conversation with a JMAP server: its session, its calls, and its stream of changes. */
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

/** For one question and its answer. */
export const REQUEST_TIMEOUT_MS = 20_000
const MAX_REDIRECTS = 5
const SESSION_BYTES = 1024 * 1024
/** Thousands of mailboxes are some megabytes. */
const ANSWER_BYTES = 16 * 1024 * 1024
/** Where the session is found when only a host is known (RFC 8620, section 2.2). */
const WELL_KNOWN = '/.well-known/jmap'

const CHECK = 'check the user and the password or token'

export interface JmapClient {
  readonly session: Session
  /** Where questions go, for a message. */
  readonly origin: string
  /** Makes these calls in one request. @throws SourceError */
  call(calls: readonly Call[]): Promise<MethodResponses>
  /** The stream of changes as it begins; null where the server has none. @throws SourceError */
  openStream(pingSeconds: number, lastEventId: string | undefined, signal: AbortSignal): Promise<IncomingMessage | null>
  /** An error of anything above, in words. */
  toSourceError(error: unknown): SourceError
  close(): void
}

/**
 * Finds the session and signs in.
 * @param authorization what the header field of that name says.
 * @throws SourceError
 */
export async function openClient(
  config: JmapSourceConfig,
  network: Network,
  authorization: string,
  signal: AbortSignal,
): Promise<JmapClient> {
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

  /** Does `work` within the time of an answer; what goes wrong is put into words. */
  async function inTime<T>(url: URL, work: (within: AbortSignal) => Promise<T>): Promise<T> {
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), REQUEST_TIMEOUT_MS)
    try {
      return await work(AbortSignal.any([signal, deadline.signal]))
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (deadline.signal.aborted)
        throw new SourceError('network', `${url.origin} has not answered within ${REQUEST_TIMEOUT_MS / 1000} s; it is asked again.`)
      throw explainRequest(error, url)
    } finally {
      clearTimeout(timer)
    }
  }

  async function findSession(): Promise<Session> {
    let at = new URL(config.url)
    if (at.pathname === '/' && at.search === '') at.pathname = WELL_KNOWN
    for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
      const found = await inTime(at, async (within) => {
        const response = await send(at, { route: await routeTo(at), headers, signal: within })
        const { statusCode = 0, headers: answered } = response
        const body = await readBody(response, at, SESSION_BYTES)
        if (statusCode >= 300 && statusCode < 400 && answered.location !== undefined) return nextPlace(answered.location, at, allowInsecure)
        if (statusCode !== 200) throw statusError({ status: statusCode, headers: answered }, at.origin, CHECK)
        return parseSession(jsonOf(body, at), at, allowInsecure)
      })
      if (!(found instanceof URL)) return found
      at = found
    }
    throw new SourceError('protocol', `${at.origin} redirects more than ${MAX_REDIRECTS} times; check the url.`)
  }

  try {
    const session = await findSession()
    const { apiUrl, eventSourceUrl } = session
    const { origin } = apiUrl
    return {
      session,
      origin,
      async call(calls) {
        return await inTime(apiUrl, async (within) => {
          const body = JSON.stringify({ using: USING, methodCalls: calls })
          const own = { ...headers, 'Content-Type': 'application/json' }
          const response = await send(apiUrl, { route: await routeTo(apiUrl), method: 'POST', headers: own, body, signal: within })
          const answer = await readBody(response, apiUrl, ANSWER_BYTES)
          const { statusCode: status = 0, headers: answered } = response
          if (status === 200) return parseResponses(jsonOf(answer, apiUrl), origin)
          const refused = statusError({ status, headers: answered }, origin, CHECK)
          // How long it wants to be left alone says more than why.
          throw refused.retryAfterMs === undefined ? (problemOf(answer, origin) ?? refused) : refused
        })
      },
      async openStream(pingSeconds, lastEventId, ended) {
        if (eventSourceUrl === undefined) return null
        const url = eventSourceUrlFor(eventSourceUrl, apiUrl, pingSeconds, allowInsecure)
        const own = { ...headers, Accept: 'text/event-stream', ...(lastEventId !== undefined && { 'Last-Event-ID': lastEventId }) }
        const route = await routeTo(url)
        // The deadline is for the beginning alone: the stream itself has no end.
        const late = new AbortController()
        const response = await inTime(url, async (within) => {
          const begun = new AbortController()
          within.addEventListener('abort', () => late.abort(), { once: true, signal: begun.signal })
          try {
            return await send(url, { route, headers: own, signal: AbortSignal.any([ended, late.signal]) })
          } finally {
            begun.abort()
          }
        })
        if (response.statusCode === 200 && response.headers['content-type']?.startsWith('text/event-stream')) return response
        response.destroy()
        // 204 is how a server says that there is nothing to be told, now or later.
        if (response.statusCode === 200 || response.statusCode === 204 || response.statusCode === 404) return null
        throw statusError({ status: response.statusCode ?? 0, headers: response.headers }, url.origin, CHECK)
      },
      toSourceError: (error) =>
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
  // The pinned certificate is that of the server that was named, and of no other that it names in turn.
  const trust = { ca, pin: new URL(url).hostname === target.hostname ? pin : undefined }
  const { host, port } = endOf(target)
  return await tlsOptions({ host, port, opening: 'tls', proxy: network.proxyFor(host, port) }, trust, signal)
}

function nextPlace(location: string, from: URL, allowInsecure: boolean): URL {
  const next = URL.canParse(location, from.href) ? new URL(location, from) : null
  if (next && isSafeRedirect(next, from, allowInsecure)) return next
  throw new SourceError('protocol', `${from.origin} redirects to where nobody is asked unprotected; set the url to where it leads.`)
}

function jsonOf(body: Buffer, { origin }: URL): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    throw new SourceError('protocol', `${origin} answers what is not JSON; check the url.`)
  }
}

/** A request that is refused as a whole (RFC 8620, section 3.6.1); null where the body does not say so. */
function problemOf(body: Buffer, origin: string): SourceError | null {
  try {
    const problem: unknown = JSON.parse(body.toString())
    if (typeof problem !== 'object' || problem === null || !('type' in problem) || typeof problem.type !== 'string') return null
    if (!problem.type.startsWith('urn:ietf:params:jmap:error:')) return null
    return methodError(problem.type, 'detail' in problem && typeof problem.detail === 'string' ? problem.detail : '', origin)
  } catch {
    return null
  }
}
