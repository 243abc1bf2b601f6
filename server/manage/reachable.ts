/** Hosts to which a try does not connect, so that a token with the scope `manage` does not reach what only this machine may. */
import { lookup } from 'node:dns/promises'
import { BlockList, isIP, isIPv6 } from 'node:net'
import { unbracketed } from '../../common/model/hosts.ts'

/**
 * Link-local addresses, among them the metadata services of clouds, which give credentials to each program of the machine; and
 * what is no host: unspecified, multicast and broadcast addresses. This machine and private networks stay reachable, for mail
 * servers are there.
 */
const REFUSED = new BlockList()
for (const [network, prefix, family] of [
  ['0.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['100.100.100.200', 32, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['fd00:ec2::', 32, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
] as const)
  REFUSED.addSubnet(network, prefix, family)

type Lookup = (host: string) => Promise<readonly { readonly address: string }[]>
const lookupAll: Lookup = (host) => lookup(host, { all: true })

/** True if the host is, or may resolve to, a refused address. A name that does not resolve is left to the try, which explains it. */
export async function isRefusedHost(host: string, resolve: Lookup = lookupAll): Promise<boolean> {
  const name = unbracketed(host)
  if (isIP(name) !== 0) return isRefused(name)
  try {
    return (await resolve(name)).some(({ address }) => isRefused(address))
  } catch {
    return false
  }
}

/** An IPv4 address that is written as IPv6 counts as what it is. */
function isRefused(address: string): boolean {
  const plain = address.split('%', 1)[0] ?? ''
  return REFUSED.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4')
}
