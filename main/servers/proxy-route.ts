/** The system's proxy settings, for main's own requests to remote servers; Chromium evaluates them, with their PAC scripts. */
import { SocksProxyAgent } from 'socks-proxy-agent'
import type { Route } from '../../client/http.ts'
import { bracketed } from '../../common/model/hosts.ts'
import { firstProxy } from './proxy-list.ts'

/** Resolves each request anew: another network may have another proxy. An error counts as no proxy. */
export function createRouter(resolveProxy: (url: string) => Promise<string>): (url: string) => Promise<Route> {
  return async (url) => {
    const found = firstProxy(await resolveProxy(url).catch(() => 'DIRECT'))
    if (!found) return { proxy: false }
    const { scheme, port } = found
    const host = bracketed(found.host)
    if (scheme === 'http' || scheme === 'https') return { proxy: { protocol: scheme, host, port } }
    // `socks5h` and `socks4a` let the proxy resolve names, which this machine may not be able to.
    const agent = new SocksProxyAgent(`${scheme === 'socks5' ? 'socks5h' : 'socks4a'}://${host}:${port}`)
    return { proxy: false, httpAgent: agent, httpsAgent: agent }
  }
}
