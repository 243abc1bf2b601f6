/**
 * Checks every request before it is routed: that it is meant for this server, has a sane size, and that its page may send
 * it. Requests that do not pass are answered here.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { LIMITS } from '../../common/protocol/wire.ts'
import type { ProblemCode } from '../../common/protocol/problems.ts'
import { endPreviousPoll } from './parked-poll.ts'
import { admit } from './pipelining.ts'
import type { Responder } from './responder.ts'

const READING = new Set(['GET', 'HEAD', 'OPTIONS'])
const PREFLIGHT = [
  'Access-Control-Allow-Methods',
  'GET, PUT, POST',
  'Access-Control-Max-Age',
  '7200',
  'Access-Control-Allow-Headers',
  'Authorization, Content-Type, If-None-Match, Prefer',
]

/** Returns a filter that is true if the request is to be routed. */
export function createRequestFilter(responder: Responder, isOwnHost: (host: string) => boolean, allowedOrigins: readonly string[]) {
  const origins = new Set(allowedOrigins)

  return (req: IncomingMessage, res: ServerResponse): boolean => {
    endPreviousPoll(req)
    if (!admit(req, res)) return false
    const { host, origin } = req.headers
    const method = req.method ?? ''
    const reject = (code: ProblemCode, detail: string, field?: string, close = hasBody(req)): false => {
      responder.problem(res, code, { detail, ...(field !== undefined && { field }), close })
      return false
    }

    if (host === undefined || host === '') return reject('bad-request', 'Send a Host header.', 'Host', true)
    if (!isOwnHost(host))
      return reject('misdirected-request', 'Use a configured name of this server, or add this one to allowedHosts.', 'Host')
    if (Buffer.byteLength(req.url ?? '') > LIMITS.urlBytes)
      return reject('uri-too-long', `An address has at most ${LIMITS.urlBytes} bytes.`)
    if ((method === 'GET' || method === 'HEAD') && hasBody(req))
      return reject('bad-request', `A ${method} request has no body.`, 'body', true)
    if (origin === undefined || origin === '') return true
    if (method === 'OPTIONS' && origins.has(origin) && req.headers['access-control-request-method'] !== undefined) {
      responder.send(res, 204, PREFLIGHT)
      return false
    }
    if (READING.has(method) || origins.has(origin) || isSameHost(origin, host)) return true
    return reject('forbidden', 'A page of another origin may change something only if allowedOrigins lists it.', 'Origin')
  }
}

/** Hosts are compared, not schemes: a proxy in front may speak TLS where this server does not. */
function isSameHost(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase()
}

function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length']
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}
