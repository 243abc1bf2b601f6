/** The host names that this server answers to. They keep a foreign page from reaching it by DNS rebinding. */
import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { bracketed } from '../../../common/model/hosts.ts'

const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost']

const withoutPort = (host: string): string => host.toLowerCase().replace(/:\d{1,5}$/, '')

/** The form in which hosts are compared: an IPv6 address as a URL has it, a name without the dot of the root. */
function comparable(host: string): string {
  if (!host.startsWith('[')) return host.toLowerCase().replace(/(?<=.)\.$/, '')
  return /^\[[\da-f:.]+\]$/i.test(host) ? (URL.parse(`http://${host}`)?.hostname ?? host) : host
}

/** A configured name as a browser sends it: in ASCII (RFC 5891). */
const asSent = (name: string): string => comparable(name.includes(':') ? bracketed(name) : domainToASCII(name) || name)

/**
 * Returns a check that is true if a `Host` header names this server: an exact list, without suffixes, patterns or
 * private address ranges.
 * @param host the address or name that the server is bound to
 * @param allowedHosts additional names, with any port: behind a proxy the port is not ours
 */
export function createHostCheck(host: string, port: number, allowedHosts: readonly string[]) {
  const own = [...LOOPBACK, asSent(host)].flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]))
  const exact = new Set(own.map((name) => name.toLowerCase()))
  const names = new Set(allowedHosts.map(asSent))
  return (header: string): boolean => exact.has(header) || exact.has(header.toLowerCase()) || names.has(comparable(withoutPort(header)))
}

/** True for an IP address or `localhost`, with any port: a health probe often knows no name of the server. */
export function isAddress(header: string): boolean {
  const host = withoutPort(header)
  return host === 'localhost' || isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0
}
