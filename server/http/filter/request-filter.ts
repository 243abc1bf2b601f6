/**
 * Checks every request before it is routed: that it is meant for this server, has a sane size, and that its page may send
 * it. Requests that do not pass are answered here.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { LIMITS, PATHS } from '../../../common/protocol/wire.ts'
import { type ProblemCode, PROBLEMS } from '../../../common/protocol/problems.ts'
import { isAddress } from './hosts.ts'
import { endPreviousPoll } from '../http-reply.ts'
import { misdirectedPage, PAGE_HEADERS } from './misdirected.ts'
import { admit, makeLast } from '../pipelining.ts'
import type { Origins } from './origins.ts'
import type { Reply } from '../reply.ts'
import type { Responder } from '../responder.ts'
import { bytesOf, hasBody, repeatedField, takeHost } from '../target.ts'

const READING = new Set(['GET', 'HEAD', 'OPTIONS'])
/**
 * They reveal nothing, and load balancers ask by address, or in HTTP/1.0 without a Host. So does Prometheus, whose token no
 * page has.
 */
const PROBES = new Set<string>([PATHS.health, PATHS.ready])
/** A condition that is not evaluated must not be ignored (RFC 9110, section 13). */
const CONDITIONS = ['If-Match', 'If-None-Match', 'If-Unmodified-Since']
const PREFLIGHT = [
  'Access-Control-Allow-Methods',
  'GET, PUT, PATCH, POST, DELETE',
  'Access-Control-Max-Age',
  '7200',
  'Access-Control-Allow-Headers',
  'Authorization, Content-Type, If-None-Match, Prefer',
]

/** For `OPTIONS *`. */
const ALLOWED_ANYWHERE = ['Allow', 'GET, HEAD, PUT, PATCH, POST, DELETE, OPTIONS']
/** RFC 9110, section 15.5.16. */
const ONLY_IDENTITY = ['Accept-Encoding', 'identity']

/** Returns a filter that is true if the request is to be routed. */
export function createRequestFilter(
  responder: Responder,
  replyOf: (res: ServerResponse) => Reply,
  isOwnHost: (host: string) => boolean,
  origins: Origins,
) {
  return (req: IncomingMessage, res: ServerResponse): boolean => {
    endPreviousPoll(req)
    if (!admit(req, res)) return false
    const { origin, upgrade, expect, 'transfer-encoding': coding } = req.headers
    // Node drops what follows such a request in the same read, and takes the rest of it for another request.
    if (upgrade !== undefined) makeLast(res)
    // Node ends the connection of one that it has not told to continue. No client may send it (RFC 9110, section 10.1.1).
    if (expect !== undefined && !hasBody(req)) makeLast(res)
    const host = takeHost(req)
    const { url = '' } = req
    const method = req.method ?? ''
    const reject = (code: ProblemCode, detail: string, field?: string, close = hasBody(req)): false => {
      responder.problem(replyOf(res), code, { detail, ...(field !== undefined && { field }), close })
      return false
    }

    if (req.httpVersionMajor !== 1) return reject('bad-request', 'Send HTTP/1.1.', undefined, true)
    if (coding !== undefined && coding.toLowerCase() !== 'chunked')
      return reject('bad-request', 'The only transfer coding is chunked.', 'Transfer-Encoding', true)
    const path = url.split('?', 1)[0] ?? ''
    const isProbe = PROBES.has(path)
    const repeated = repeatedField(req.rawHeaders)
    if (repeated !== undefined) return reject('bad-request', `Send one ${repeated} header.`, repeated, true)
    if (host === undefined || host === '') {
      if (isProbe && req.httpVersion === '1.0') return true
      return reject('bad-request', 'Send a Host header.', 'Host', true)
    }
    if (!isOwnHost(host) && !(isAddress(host) && (isProbe || path === PATHS.metrics))) {
      if (method === 'GET' && !hasBody(req) && /\btext\/html\b/.test(req.headers.accept ?? '')) {
        const page = misdirectedPage(host, req.headers['accept-language'])
        responder.send(replyOf(res), PROBLEMS['misdirected-request'].status, PAGE_HEADERS, page)
        return false
      }
      return reject('misdirected-request', 'Use a configured name of this server, or add this one to allowedHosts.', 'Host')
    }
    if (method === 'OPTIONS' && url === '*') {
      responder.send(replyOf(res), 204, ALLOWED_ANYWHERE)
      return false
    }
    if (!url.startsWith('/')) return reject('bad-request', 'The target of a request is a path or an http URL.', 'path')
    // The router would ignore it, and what follows it.
    if (url.includes('#')) return reject('bad-request', 'Percent-encode "#" in a path, as %23.', 'path')
    if (url.length > LIMITS.urlBytes && bytesOf(url) > LIMITS.urlBytes)
      return reject('uri-too-long', `An address has at most ${LIMITS.urlBytes} bytes.`)
    if ((method === 'GET' || method === 'HEAD') && hasBody(req))
      return reject('bad-request', `A ${method} request has no body.`, 'body', true)
    if (hasBody(req) && isEncoded(req)) {
      const detail = 'Send the body without Content-Encoding.'
      responder.problem(replyOf(res), 'unsupported-media-type', { detail, field: 'Content-Encoding', headers: ONLY_IDENTITY, close: true })
      return false
    }
    const condition = READING.has(method) ? undefined : CONDITIONS.find((name) => req.headers[name.toLowerCase()] !== undefined)
    if (condition !== undefined) return reject('bad-request', `A change is not conditional here; send it without ${condition}.`, condition)
    if (origin === undefined || origin === '') return true
    if (method === 'OPTIONS' && origins.has(origin) && req.headers['access-control-request-method'] !== undefined) {
      responder.send(replyOf(res), 204, PREFLIGHT)
      return false
    }
    if (READING.has(method) || !origins.isOtherPage(req, host, true)) return true
    return reject('forbidden', 'A page of another origin may change something only if allowedOrigins lists it.', 'Origin')
  }
}

/** Coded, as for compression. */
const isEncoded = ({ headers }: IncomingMessage): boolean =>
  (headers['content-encoding'] ?? '').split(',').some((coding) => !['', 'identity'].includes(coding.trim().toLowerCase()))
