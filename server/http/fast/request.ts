/** Pure: received bytes → the request at their start, if that is a whole one of a strict grammar (RFC 9112). */
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
const MAX_BODY_BYTES = 9999
const MAX_BYTES = MAX_HEAD_BYTES + 4 + MAX_BODY_BYTES
const MAX_FIELDS = 50
const MAX_SEGMENT_BYTES = 1024

const REQUEST_LINE = /^(GET|PUT) \/v1\/accounts(?:\/((?:[\w@~.-]|%40)+))? HTTP\/1\.1\r\n/
/** Well-formed lines of header fields, in visible ASCII. */
const FIELDS = /^(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e]*\r\n)+$/
/** Up to MAX_BODY_BYTES. */
const LENGTH = /^[1-9]\d{0,3}$/
/**
 * The connection stays open, and an offer of another protocol is ignored (RFC 9110, section 7.8): Java's HttpClient makes it in
 * each request, and node:http would have to end the connection.
 */
const STAYS_OPEN = /^(?:keep-alive|upgrade(?:, ?http2-settings)?)$/i
const JSON_TYPE = /^application\/json(?:; ?charset=utf-8)?$/i
const ASCII = /^[\0-\x7f]*$/
/** Fastify refuses some keys, however they are written. */
const DOUBTFUL_JSON = /\\|__proto__|constructor/

/** Of the bytes from `start` to `end`. Returns null for whatever is not certain: node:http answers it. */
export function parseRequest(bytes: Buffer, start = 0, end = bytes.length): FastRequest | null {
  const text = bytes.toString('latin1', start, Math.min(end, start + MAX_BYTES))
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd < 0 || headEnd > MAX_HEAD_BYTES) return null
  const bodyStart = headEnd + 4
  const line = REQUEST_LINE.exec(text)
  if (line === null) return null
  const [{ length: lineLength }, method, encoded = null] = line
  if (encoded !== null && encoded.length > MAX_SEGMENT_BYTES) return null
  const fields = text.slice(lineLength, headEnd + 2)
  if (!FIELDS.test(fields)) return null

  // The fields that a request is answered by; each may be there once.
  let host: string | undefined
  let authorization: string | undefined
  let ifNoneMatch: string | undefined
  let prefer: string | undefined
  let forwardedFor: string | undefined
  let contentType: string | undefined
  let contentLength: string | undefined
  let count = 0
  for (let at = 0, lineEnd = 0; at < fields.length; at = lineEnd + 2) {
    if (++count > MAX_FIELDS) return null
    const colon = fields.indexOf(':', at)
    lineEnd = fields.indexOf('\r\n', colon)
    const value = fields.slice(colon + 1, lineEnd).trim()
    switch (fields.slice(at, colon).toLowerCase()) {
      case 'host':
        if (host !== undefined) return null
        host = value
        break
      case 'authorization':
        if (authorization !== undefined) return null
        authorization = value
        break
      case 'if-none-match':
        if (ifNoneMatch !== undefined) return null
        ifNoneMatch = value
        break
      case 'prefer':
        if (prefer !== undefined) return null
        prefer = value
        break
      case 'x-forwarded-for':
        if (forwardedFor !== undefined) return null
        forwardedFor = value
        break
      case 'content-type':
        if (contentType !== undefined) return null
        contentType = value
        break
      case 'content-length':
        if (contentLength !== undefined) return null
        contentLength = value
        break
      case 'connection':
      case 'proxy-connection':
        if (!STAYS_OPEN.test(value)) return null
        break
      // They change what a request means, or who may send it.
      case 'transfer-encoding':
      case 'content-encoding':
      case 'expect':
      case 'trailer':
      case 'origin':
      case 'if-match':
      case 'if-unmodified-since':
        return null
    }
  }
  if (host === undefined || authorization === undefined) return null
  const segment = encoded?.replaceAll('%40', '@') ?? null
  if (method === 'GET') {
    if (contentLength !== undefined && contentLength !== '0') return null
    return { method, segment, host, authorization, ifNoneMatch, prefer, forwardedFor, body: undefined, length: bodyStart }
  }
  if (segment === null || ifNoneMatch !== undefined || !LENGTH.test(contentLength ?? '') || !JSON_TYPE.test(contentType ?? '')) return null
  const length = bodyStart + Number(contentLength)
  if (end - start < length) return null
  const body = parseJson(text.slice(bodyStart, length), bytes, start + bodyStart, start + length)
  return body === undefined ? null : { method: 'PUT', segment, host, authorization, ifNoneMatch, prefer, forwardedFor, body, length }
}

/** Undefined for what is not certainly JSON in UTF-8. */
function parseJson(latin1: string, bytes: Buffer, start: number, end: number): unknown {
  const isAscii = ASCII.test(latin1)
  if (!isAscii && !isUtf8(bytes.subarray(start, end))) return undefined
  const text = isAscii ? latin1 : bytes.toString('utf8', start, end)
  if (DOUBTFUL_JSON.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
