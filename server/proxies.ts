/** The proxies by which the desktop's system reaches mail servers; a server of its own has those of its environment. */

let proxies: Readonly<Record<string, string>> = {}

/** @param next `http://…` or `socks5://…` by `host:port`; whoever is not named is reached directly. */
export function useProxies(next: Readonly<Record<string, string>>): void {
  proxies = next
}

export const proxyTo = (host: string, port: number): string | undefined => proxies[`${host}:${port}`]

/** As Node's agents take it, which know no SOCKS. */
export function proxyEnvTo({ hostname, port, protocol }: URL, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const proxy = proxyTo(hostname, Number(port) || (protocol === 'https:' ? 443 : 80))
  return proxy?.startsWith('http') ? { ...env, HTTP_PROXY: proxy, HTTPS_PROXY: proxy } : env
}
