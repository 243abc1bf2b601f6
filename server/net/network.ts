/** How this process reaches other hosts. */
export interface Network {
  /** The proxy for a host (without brackets) and port: `http://…`, `socks5://…`, …; undefined: directly. */
  proxyFor(host: string, port: number): string | undefined
}

/** The desktop app sets the proxies of its system; a headless server leaves them to the environment. */
export function createNetwork() {
  let byHost: Readonly<Record<string, string>> = {}
  return {
    proxyFor: (host: string, port: number): string | undefined => byHost[`${host}:${port}`],
    /** Replaces the proxies, by `host:port`; hosts without one are reached directly. */
    setProxies(proxies: Readonly<Record<string, string>>): void {
      byHost = proxies
    },
  }
}

/** The host (without brackets) and port of an `http:` or `https:` URL. */
export const endOf = ({ hostname, port, protocol }: URL): { readonly host: string; readonly port: number } => ({
  host: hostname.replace(/^\[(.*)\]$/, '$1'),
  port: Number(port) || (protocol === 'https:' ? 443 : 80),
})

/** Adds the proxy on the way to an error, for the sentence that explains it. */
export const viaProxy = <E>(error: E, proxy: string | undefined): E =>
  proxy !== undefined && error instanceof Error ? Object.assign(error, { proxy }) : error
