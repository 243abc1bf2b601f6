/** Pure: what Chromium says of the way to an address, as in a PAC file: `PROXY proxy.example:3128; SOCKS5 b:1080; DIRECT`. */

export type Way =
  | { readonly kind: 'direct' }
  | { readonly kind: 'http'; readonly secure: boolean; readonly host: string; readonly port: number }
  | { readonly kind: 'socks'; readonly version: 4 | 5; readonly host: string; readonly port: number }

const KINDS: Readonly<Record<string, (host: string, port: number) => Way>> = {
  PROXY: (host, port) => ({ kind: 'http', secure: false, host, port }),
  HTTP: (host, port) => ({ kind: 'http', secure: false, host, port }),
  HTTPS: (host, port) => ({ kind: 'http', secure: true, host, port }),
  SOCKS: (host, port) => ({ kind: 'socks', version: 4, host, port }),
  SOCKS4: (host, port) => ({ kind: 'socks', version: 4, host, port }),
  SOCKS5: (host, port) => ({ kind: 'socks', version: 5, host, port }),
}

/** The first way that is understood; none at all is the direct one, which is what Chromium takes then. */
export function firstWay(said: string): Way {
  for (const entry of said.split(';')) {
    const [, kind = '', rest = ''] = /^\s*(\w+)\s*(\S*)\s*$/.exec(entry) ?? []
    if (kind.toUpperCase() === 'DIRECT') return { kind: 'direct' }
    const [, host = '', port = ''] = /^(\[[\da-f:]+\]|[^:\s]+):(\d{1,5})$/i.exec(rest) ?? []
    const way = KINDS[kind.toUpperCase()]
    if (way && host !== '' && Number(port) >= 1 && Number(port) <= 65_535) return way(host.replaceAll(/^\[|\]$/g, ''), Number(port))
  }
  return { kind: 'direct' }
}
