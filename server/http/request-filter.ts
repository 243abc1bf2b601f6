/**
 * What every request passes before it is routed: is it meant for this server, is it of a sane size, may its page
 * ask for it. A request that does not pass is answered here.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { LIMITS } from '../../common/protocol/wire.ts'
import type { Answers } from './answers.ts'
import { endPreviousPoll } from './parked-poll.ts'
import type { HostCheck } from './hosts.ts'

export interface RequestFilterDeps {
  readonly answers: Answers
  /** Asked for each request, for the port is known only once the server listens. */
  readonly isOwnHost: HostCheck
  readonly allowedOrigins: readonly string[]
}

/** True where the request is to be routed. */
export type RequestFilter = (req: IncomingMessage, res: ServerResponse) => boolean

const READING = new Set(['GET', 'HEAD', 'OPTIONS'])
const PREFLIGHT = ['Access-Control-Allow-Methods', 'GET, PUT, POST', 'Access-Control-Max-Age', '7200']
const PREFLIGHT_HEADERS = ['Access-Control-Allow-Headers', 'Authorization, Content-Type, If-None-Match, Prefer']

export function createRequestFilter({ answers, isOwnHost, allowedOrigins }: RequestFilterDeps): RequestFilter {
  const origins = new Set(allowedOrigins)

  return (req, res) => {
    if (!endPreviousPoll(req)) return false
    const { host, origin } = req.headers
    const method = req.method ?? ''
    const url = req.url ?? ''
    if (host === undefined || host === '') {
      answers.problem(res, 'bad-request', { detail: 'Send a Host header.', field: 'Host', close: true })
      return false
    }
    if (!isOwnHost(host)) {
      const detail = 'Name this server as it is configured, or add the name to allowedHosts.'
      answers.problem(res, 'misdirected-request', { detail, field: 'Host', close: hasBody(req) })
      return false
    }
    if (Buffer.byteLength(url) > LIMITS.urlBytes) {
      answers.problem(res, 'uri-too-long', { detail: `An address has at most ${LIMITS.urlBytes} bytes.`, close: hasBody(req) })
      return false
    }
    if ((method === 'GET' || method === 'HEAD') && hasBody(req)) {
      answers.problem(res, 'bad-request', { detail: `A ${method} has no body.`, field: 'body', close: true })
      return false
    }
    if (origin === undefined || origin === '') return true
    if (method === 'OPTIONS' && origins.has(origin) && req.headers['access-control-request-method'] !== undefined) {
      answers.send(res, 204, [...PREFLIGHT, ...PREFLIGHT_HEADERS])
      return false
    }
    if (!READING.has(method) && !origins.has(origin) && !isSameHost(origin, host)) {
      const detail = 'A page of another origin may not change anything here, unless it is listed in allowedOrigins.'
      answers.problem(res, 'forbidden', { detail, field: 'Origin', close: hasBody(req) })
      return false
    }
    return true
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
