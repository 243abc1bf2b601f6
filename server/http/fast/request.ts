/** Pure: a chunk of bytes → the request at its start, if that is a whole one of a strict grammar (RFC 9112). */
import { isUtf8 } from 'node:buffer'

/** A poll, or a `PUT` of one account. */
export interface FastRequest {
  readonly method: 'GET' | 'PUT'
  /** The last segment of the path, decoded; null for all accounts. */
  readonly segment: string | null
  readonly host: string
  readonly authorization: string
  readonly ifNoneMatch: string | undefined
  readonly prefer: string | undefined
  readonly forwardedFor: string | undefined
  /** Of a `PUT`: parsed JSON. */
  readonly body: unknown
  /** How many bytes it has. */
  readonly length: number
}

/** Well below the limits of node:http, which answers what exceeds them. */
const MAX_HEAD_BYTES = 4096
const MAX_FIELDS = 50
const MAX_SEGMENT_BYTES = 1024

const REQUEST_LINE = /^(GET|PUT) \/v1\/accounts(?:\/((?:[\w@~.-]|%40)+))? HTTP\/1\.1\r\n/
/** The fields that a request is answered by; each may be there once. */
const READ = new Set(['host', 'authorization', 'if-none-match', 'prefer', 'x-forwarded-for', 'content-type', 'content-length'])
/** They change what a request means, or who may send it. */
const REFUSED = new Set(['transfer-encoding', 'content-encoding', 'expect', 'trailer', 'origin'])
const CONNECTION = new Set(['connection', 'proxy-connection'])
/** Up to the limit of a body. */
const LENGTH = /^[1-9]\d{0,3}$/
/**
 * The connection stays open, and an offer of another protocol is ignored (RFC 9110, section 7.8): Java's HttpClient makes it in
 * each request, and node:http would have to end the connection.
 */
const STAYS_OPEN = /^(?:keep-alive|upgrade(?:, ?http2-settings)?)$/i
const JSON_TYPE = /^application\/json(?:; ?charset=utf-8)?$/i
/** Fastify refuses some keys, however they are written. */
const DOUBTFUL_JSON = /\\|__proto__|constructor/

/** Returns null for whatever is not certain: node:http answers it. */
export function parseRequest(chunk: Buffer): FastRequest | null {
  const headEnd = chunk.indexOf('\r\n\r\n')
  if (headEnd < 0 || headEnd > MAX_HEAD_BYTES) return null
  const bodyStart = headEnd + 4
  const head = chunk.toString('latin1', 0, headEnd + 2)
  const line = REQUEST_LINE.exec(head)
  if (line === null) return null
  const [{ length: lineLength }, method, encoded = null] = line
  if (encoded !== null && encoded.length > MAX_SEGMENT_BYTES) return null

  const fields = /([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e]*)\r\n/y
  const values = new Map<string, string>()
  let count = 0
  for (let at = lineLength; at < head.length; at = fields.lastIndex) {
    fields.lastIndex = at
    const field = fields.exec(head)
    if (field === null || ++count > MAX_FIELDS) return null
    const name = (field[1] ?? '').toLowerCase()
    const value = (field[2] ?? '').trimEnd()
    if (REFUSED.has(name) || (CONNECTION.has(name) && !STAYS_OPEN.test(value))) return null
    if (!READ.has(name)) continue
    if (values.has(name)) return null
    values.set(name, value)
  }
  const host = values.get('host')
  const authorization = values.get('authorization')
  if (host === undefined || authorization === undefined) return null
  const segment = encoded?.replaceAll('%40', '@') ?? null
  const contentLength = values.get('content-length')
  const request = {
    segment,
    host,
    authorization,
    ifNoneMatch: values.get('if-none-match'),
    prefer: values.get('prefer'),
    forwardedFor: values.get('x-forwarded-for'),
  }
  if (method === 'GET')
    return contentLength === undefined || contentLength === '0' ? { ...request, method, body: undefined, length: bodyStart } : null
  if (segment === null || !LENGTH.test(contentLength ?? '') || !JSON_TYPE.test(values.get('content-type') ?? '')) return null
  const end = bodyStart + Number(contentLength)
  if (chunk.length < end) return null
  const body = parseJson(chunk.subarray(bodyStart, end))
  return body === undefined ? null : { ...request, method: 'PUT', body, length: end }
}

/** Undefined for what is not certainly JSON in UTF-8. */
function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) return undefined
  const text = bytes.toString()
  if (DOUBTFUL_JSON.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
