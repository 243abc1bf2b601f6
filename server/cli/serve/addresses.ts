/** The addresses of a server beside its own: those by which other machines may name it. */
import { bracketed, isLoopback, unbracketed } from '../../../common/model/hosts.ts'
import type { Config } from '../../config/load.ts'

/** Any interface. */
const UNSPECIFIED = new Set(['0.0.0.0', '::'])

/** Lines for a person; none for a server of this machine alone. @param url the server's own address */
export function otherAddresses({ host, allowedHosts }: Pick<Config['http'], 'host' | 'allowedHosts'>, url: string): readonly string[] {
  const { hostname, port } = new URL(url)
  const names = new Set(allowedHosts.map((name) => bracketed(unbracketed(name))))
  names.delete(hostname)
  if (names.size > 0) return [`It also answers to ${[...names].map((name) => `http://${name}:${port || 80}/`).join(', ')}`]
  if (!UNSPECIFIED.has(host) || !isLoopback(hostname)) return []
  return ['Other machines get no answer yet: list the names by which they come under server.allowedHosts in the config.']
}
