/** Pure: Chromium's proxies for an address, written as in a PAC file: `PROXY proxy.example:3128; SOCKS5 b:1080; DIRECT`. */

export interface Proxy {
  readonly scheme: 'http' | 'https' | 'socks4' | 'socks5'
  /** Without brackets. */
  readonly host: string
  readonly port: number
}

const SCHEMES: Readonly<Record<string, Proxy['scheme']>> = {
  PROXY: 'http',
  HTTP: 'http',
  HTTPS: 'https',
  SOCKS: 'socks4',
  SOCKS4: 'socks4',
  SOCKS5: 'socks5',
}

/** The first entry that is understood; null for a direct connection, which Chromium uses for an empty list too. */
export function firstProxy(list: string): Proxy | null {
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
