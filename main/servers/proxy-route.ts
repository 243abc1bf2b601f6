/** The system's proxy settings, for what main itself asks of remote servers; Chromium knows them, and its PAC scripts. */
import type { Session } from 'electron'
import { SocksProxyAgent } from 'socks-proxy-agent'
import type { Route } from '../../client/http.ts'
import { firstWay } from './proxy-list.ts'

export interface ProxyDeps {
  readonly session: Pick<Session, 'resolveProxy'>
}

/** Asked anew for each request: another network may have another proxy. One that cannot be asked for is none. */
export function createRouter({ session }: ProxyDeps): (url: string) => Promise<Route> {
  return async (url) => {
    const way = firstWay(await session.resolveProxy(url).catch(() => 'DIRECT'))
    const host = 'host' in way && way.host.includes(':') ? `[${way.host}]` : 'host' in way ? way.host : ''
    switch (way.kind) {
      case 'direct':
        return { proxy: false }
      case 'http':
        return { proxy: { protocol: way.secure ? 'https' : 'http', host, port: way.port } }
      case 'socks': {
        // With an `h` the proxy looks names up, which this machine may not know.
        const agent = new SocksProxyAgent(`socks${way.version === 5 ? '5h' : '4a'}://${host}:${way.port}`)
        return { proxy: false, httpAgent: agent, httpsAgent: agent }
      }
    }
  }
}
