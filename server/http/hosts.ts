import { bracketed } from '../../common/model/hosts.ts'

/** The host names that this server answers to. They keep a foreign page from reaching it by DNS rebinding. */

/** True where a `Host` header names this server. */
export type HostCheck = (host: string) => boolean

export interface HostCheckOptions {
  /** The address or name that the server is bound to. */
  readonly host: string
  readonly port: number
  /** Additional names, with any port: behind a proxy the port is not ours. */
  readonly allowedHosts: readonly string[]
}

const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost']

/** An exact list: no suffixes, patterns or private address ranges. */
export function createHostCheck({ host, port, allowedHosts }: HostCheckOptions): HostCheck {
  const own = [...LOOPBACK, bracketed(host)].flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]))
  const exact = new Set(own.map((name) => name.toLowerCase()))
  const names = new Set(allowedHosts.map((name) => bracketed(name).toLowerCase()))
  return (header) => {
    if (exact.has(header)) return true
    const lower = header.toLowerCase()
    return exact.has(lower) || names.has(lower.replace(/:\d{1,5}$/, ''))
  }
}
