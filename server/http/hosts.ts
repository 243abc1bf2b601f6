/** The host names that this server answers to. They keep a foreign page from reaching it by DNS rebinding. */
import { bracketed } from '../../common/model/hosts.ts'

const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost']

/**
 * Returns a check that is true if a `Host` header names this server: an exact list, without suffixes, patterns or
 * private address ranges.
 * @param host the address or name that the server is bound to
 * @param allowedHosts additional names, with any port: behind a proxy the port is not ours
 */
export function createHostCheck(host: string, port: number, allowedHosts: readonly string[]) {
  const own = [...LOOPBACK, bracketed(host)].flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]))
  const exact = new Set(own.map((name) => name.toLowerCase()))
  const names = new Set(allowedHosts.map((name) => bracketed(name).toLowerCase()))
  return (header: string): boolean => {
    if (exact.has(header)) return true
    const lower = header.toLowerCase()
    return exact.has(lower) || names.has(lower.replace(/:\d{1,5}$/, ''))
  }
}
