/** What a request is for (RFC 9112, section 3.2), and whether it has a body. */
import type { IncomingMessage } from 'node:http'

const ABSOLUTE_FORM = /^https?:\/\/([^/?]*)(.*)$/is

/**
 * The host that a request names; undefined if it names none. A target in the absolute form names the host instead of the header
 * (section 3.2.2); its path becomes the url.
 */
export function takeHost(req: IncomingMessage): string | undefined {
  const absolute = req.url?.startsWith('/') === false ? ABSOLUTE_FORM.exec(req.url) : null
  if (absolute === null) return req.headers.host
  const [, host, rest = ''] = absolute
  req.url = rest.startsWith('/') ? rest : `/${rest}`
  // HTTP/1.1 requires the header all the same.
  return req.headers.host === undefined && req.httpVersion !== '1.0' ? undefined : host
}

/** Of several such lines node:http ignores all but the first one, where a proxy may have used another. */
const SINGLE = ['Host', 'Authorization', 'Content-Type']

/** The header field that a request has more than once, of those that it may have once. */
export function repeatedField(rawHeaders: readonly string[]): string | undefined {
  return SINGLE.find((field) => {
    let count = 0
    for (let i = 0; i < rawHeaders.length; i += 2) {
      const name = rawHeaders[i]
      if (name?.length === field.length && name.toLowerCase() === field.toLowerCase()) count += 1
    }
    return count > 1
  })
}

/** The bytes of a url; a percent-encoded byte counts as one. */
export const bytesOf = (url: string): number => url.length - 2 * (url.split('%').length - 1)

export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
