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

  let host: string | undefined
  let authorization: string | undefined
  let ifNoneMatch: string | undefined
  let prefer: string | undefined
  let forwardedFor: string | undefined
  let contentType: string | undefined
  let contentLength: string | undefined
  const fields = /([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e]*)\r\n/y
  let count = 0
  for (let at = lineLength; at < head.length; at = fields.lastIndex) {
    fields.lastIndex = at
    const field = fields.exec(head)
    if (field === null || ++count > MAX_FIELDS) return null
    const [, name = '', value = ''] = field
    switch (name.toLowerCase()) {
      case 'host':
        if (host !== undefined) return null
        host = value.trimEnd()
        break
      case 'authorization':
        if (authorization !== undefined) return null
        authorization = value.trimEnd()
        break
      case 'if-none-match':
        if (ifNoneMatch !== undefined) return null
        ifNoneMatch = value.trimEnd()
        break
      case 'prefer':
        if (prefer !== undefined) return null
        prefer = value.trimEnd()
        break
      case 'x-forwarded-for':
        if (forwardedFor !== undefined) return null
        forwardedFor = value.trimEnd()
        break
      case 'content-type':
        if (contentType !== undefined) return null
        contentType = value.trimEnd()
        break
      case 'content-length':
        if (contentLength !== undefined) return null
        contentLength = value.trimEnd()
        break
      case 'connection':
      case 'proxy-connection':
        if (!STAYS_OPEN.test(value.trimEnd())) return null
        break
      case 'transfer-encoding':
      case 'content-encoding':
      case 'expect':
      case 'trailer':
      case 'origin':
        return null
    }
  }
  if (host === undefined || authorization === undefined) return null
  const segment = encoded?.replaceAll('%40', '@') ?? null
  const request = { segment, host, authorization, ifNoneMatch, prefer, forwardedFor }
  if (method === 'GET')
    return contentLength === undefined || contentLength === '0' ? { ...request, method, body: undefined, length: bodyStart } : null
  if (segment === null || !LENGTH.test(contentLength ?? '') || !JSON_TYPE.test(contentType ?? '')) return null
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
