const IPV4_LOOPBACK = /^127(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/

/**
 * True for a host that is certainly this machine: `localhost`, `::1` (in brackets too, as in `URL.hostname`), or an
 * address in 127.0.0.0/8 (RFC 1122, section 3.2.1.3) as four decimal numbers.
 *
 * Secrets go to such a host without TLS and past the proxy, so a form that a resolver may send elsewhere is refused:
 * `x.localhost` and `localhost.` (RFC 6761, section 6.3, binds applications, not every resolver), `127.1`, octal or
 * oversized octets (parsers differ, or take them as a name), `0.0.0.0` (any interface) and IPv4-mapped addresses.
 */
export const isLoopback = (host: string): boolean => /^(?:localhost|::1|\[::1\])$/i.test(host) || IPV4_LOOPBACK.test(host)

/** True for a URL to which a secret may travel: https, or http within this machine. */
export const isSecureUrl = ({ protocol, hostname }: URL): boolean => protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))

/** The port in a text; null for anything but a whole number from `min` to 65535. */
export function parsePort(text: string, min: 0 | 1): number | null {
  const port = Number(text)
  return /^\d{1,5}$/.test(text) && port >= min && port <= 65_535 ? port : null
}

/** Where a server that listens on `host` is reached from its own machine. */
export function ownUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' || host === '[::]' ? '::1' : host
  return `http://${bracketed(reachable)}:${port}`
}

/** Without the brackets that a URL needs around an IPv6 address. */
export const unbracketed = (host: string): string => (/^\[.*:.*\]$/.test(host) ? host.slice(1, -1) : host)

/** A host to listen on: an address in its usual form, in which `0` and `::0` are those of any interface; a name as it is. */
export function listeningHost(host: string): string {
  const { hostname = '' } = URL.parse(`http://${bracketed(host)}`) ?? {}
  return unbracketed(/^(?:[\d.]+|\[.*\])$/.test(hostname) ? hostname : host)
}

/** A host as a URL and `Host` write it: an IPv6 address in brackets. */
export const bracketed = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host)
