/** The proxies by which the desktop's system reaches mail servers; a server of its own has those of its environment. */

let proxies: Readonly<Record<string, string>> = {}

/** @param next `http://…` or `socks5://…` by `host:port`; whoever is not named is reached directly. */
export function useProxies(next: Readonly<Record<string, string>>): void {
  proxies = next
}

export const proxyTo = (host: string, port: number): string | undefined => proxies[`${host}:${port}`]

export const proxyToUrl = ({ hostname, port, protocol }: URL): string | undefined =>
  proxyTo(hostname.replace(/^\[(.*)\]$/, '$1'), Number(port) || (protocol === 'https:' ? 443 : 80))
