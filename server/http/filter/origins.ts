/** Which pages of other origins may use this server. */
import type { IncomingMessage } from 'node:http'

export type Origins = ReturnType<typeof createOrigins>

/** @param allowed the origins with cross-origin access */
export function createOrigins(allowed: readonly string[]) {
  const origins = new Set(allowed)
  const isOwn = (origin: string, host: string): boolean => origins.has(origin) || isSameHost(origin, host)
  return {
    has: (origin: string): boolean => origins.has(origin),
    /** Whether another page than this server's own sent this request, allowed or not. */
    isOtherPage: ({ headers: { origin, host = '', 'sec-fetch-site': site } }: IncomingMessage): boolean =>
      origin ? !isSameHost(origin, host) : site !== undefined && site !== 'same-origin' && site !== 'none',
    /** Whether this origin is allowed, or that of this server. */
    isOwn,
    /**
     * Whether a page of another origin sent this request, as far as its browser says so: in Sec-Fetch-Site (Fetch
     * Metadata; only to https and this machine), Origin (only with CORS) or Referer.
     */
    isForeign({ headers }: IncomingMessage): boolean {
      const { origin, referer, host = '', 'sec-fetch-site': site } = headers
      if (origin) return !isOwn(origin, host)
      if (site !== undefined) return site !== 'same-origin' && site !== 'none'
      return referer !== undefined && !isOwn(URL.parse(referer)?.origin ?? '', host)
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
