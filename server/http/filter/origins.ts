/** Which pages of other origins may use this server. */
import type { IncomingMessage } from 'node:http'

export type Origins = ReturnType<typeof createOrigins>

/** @param allowed the origins with cross-origin access */
export function createOrigins(allowed: readonly string[]) {
  const origins = new Set(allowed)
  return {
    has: (origin: string): boolean => origins.has(origin),
    /**
     * Whether another page than this server's own sent this request, as far as its browser says so: in Sec-Fetch-Site (Fetch
     * Metadata; only to https and this machine), which also holds where a proxy has replaced the Host header, or else in Origin
     * (only with CORS) or Referer.
     * @param host that the request names
     * @param permitsAllowed whether the pages of allowed origins count as its own
     */
    isOtherPage({ headers }: IncomingMessage, host: string, permitsAllowed: boolean): boolean {
      const { origin, referer, 'sec-fetch-site': site } = headers
      const page = origin || (referer === undefined ? null : (URL.parse(referer)?.origin ?? ''))
      if (permitsAllowed && page !== null && origins.has(page)) return false
      if (site !== undefined) return site !== 'same-origin' && site !== 'none'
      return page !== null && !isSameHost(page, host)
    },
  }
}

/**
 * Hosts are compared, not schemes: a proxy in front may speak TLS where this server does not. It may also omit the port
 * (nginx: `Host $host`).
 */
function isSameHost(origin: string, header: string): boolean {
  const url = URL.parse(origin)
  return url !== null && [url.host, url.hostname].includes(header.toLowerCase())
}
