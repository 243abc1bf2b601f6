/** The system's proxies to mail servers and remote servers; Chromium evaluates the settings, with their PAC scripts. */
import { SocksProxyAgent } from 'socks-proxy-agent'
import type { Route } from '../../client/http.ts'
import { bracketed, isLoopback } from '../../common/model/hosts.ts'
import type { WorkerAccount } from '../../common/protocol/account.ts'

/** Resolves with Chromium's list for a URL, written as in a PAC file: `PROXY proxy.example:3128; SOCKS5 b:1080; DIRECT`. */
export type ResolveProxy = (url: string) => Promise<string>

const SCHEMES: Readonly<Record<string, 'http' | 'https' | 'socks4' | 'socks5'>> = {
  PROXY: 'http',
  HTTP: 'http',
  HTTPS: 'https',
  SOCKS: 'socks4',
  SOCKS4: 'socks4',
  SOCKS5: 'socks5',
}

/** The first entry that is understood, its host without brackets; null for a direct connection, as an empty list means too. */
export function firstProxy(list: string) {
  for (const entry of list.split(';')) {
    const [, kind = '', rest = ''] = /^\s*(\w+)\s*(\S*)\s*$/.exec(entry) ?? []
    if (kind.toUpperCase() === 'DIRECT') return null
    const [, host = '', digits = ''] = /^(\[[\da-f:]+\]|[^:\s]+):(\d{1,5})$/i.exec(rest) ?? []
    const scheme = SCHEMES[kind.toUpperCase()]
    const port = Number(digits)
    if (scheme && host !== '' && port >= 1 && port <= 65_535) return { scheme, host: host.replaceAll(/^\[|\]$/g, ''), port }
  }
  return null
}

/** For main's own requests. Resolves each request, because another network may have another proxy. An error counts as no proxy. */
export function createRouter(resolveProxy: ResolveProxy): (url: string) => Promise<Route> {
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

/** The proxies that the bundled server needs, as URLs by `host:port`. @throws if the system's cannot be read */
export async function mailProxies(accounts: readonly WorkerAccount[], resolveProxy: ResolveProxy): Promise<Record<string, string>> {
  const endpoints = accounts.flatMap(endpointsOf).filter(({ host }) => !isLoopback(host))
  const proxies = await Promise.all(
    endpoints.map(async ({ host, port }) => {
      const proxy = firstProxy(await resolveProxy(`https://${host}:${port}/`))
      return proxy ? [[`${host}:${port}`, `${proxy.scheme}://${bracketed(proxy.host)}:${proxy.port}`]] : []
    }),
  )
  return Object.fromEntries(proxies.flat())
}

/** Where an account connects to; a JMAP account may also have a session address. */
function endpointsOf({ host, port, url }: WorkerAccount): readonly { readonly host: string; readonly port: number }[] {
  const session = url === undefined ? null : URL.parse(url)
  if (!session) return [{ host, port }]
  const sessionPort = Number(session.port) || (session.protocol === 'https:' ? 443 : 80)
  return [
    { host, port },
    { host: session.hostname.replace(/^\[(.*)\]$/, '$1'), port: sessionPort },
  ]
}
