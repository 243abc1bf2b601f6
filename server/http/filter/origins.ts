/** Which pages of other origins may use this server. */
import type { IncomingMessage } from 'node:http'

export type Origins = ReturnType<typeof createOrigins>

/** @param allowed the origins with cross-origin access */
export function createOrigins(allowed: readonly string[]) {
  const origins = new Set(allowed)
  return {
    has: (origin: string): boolean => origins.has(origin),
    /**
     * Whether another page than this server's own sent this request, allowed or not. Browsers say so in Sec-Fetch-Site to https
     * and this machine; that also holds where a proxy has replaced the Host header.
     * @param host that the request names
     */
    isOtherPage({ headers: { origin, 'sec-fetch-site': site } }: IncomingMessage, host: string): boolean {
      if (site !== undefined) return isOtherSite(site)
      return origin ? !isSameHost(origin, host) : false
    },
    /**
     * Whether a page of another origin sent this request, as far as its browser says so: in Sec-Fetch-Site (Fetch
     * Metadata; only to https and this machine), Origin (only with CORS) or Referer.
     */
    isForeign({ headers }: IncomingMessage): boolean {
      const { origin, referer, host = '', 'sec-fetch-site': site } = headers
      const isOwn = (url: string): boolean => origins.has(url) || isSameHost(url, host)
      if (origin) return !isOwn(origin)
      if (site !== undefined) return isOtherSite(site)
      return referer !== undefined && !isOwn(URL.parse(referer)?.origin ?? '')
    },
  }
}

const isOtherSite = (site: string | readonly string[]): boolean => site !== 'same-origin' && site !== 'none'

/**
 * Hosts are compared, not schemes: a proxy in front may speak TLS where this server does not. It may also omit the port
 * (nginx: `Host $host`).
 */
function isSameHost(origin: string, header: string): boolean {
  const url = URL.parse(origin)
  return url !== null && [url.host, url.hostname].includes(header.toLowerCase())
}
