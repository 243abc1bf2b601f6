/** The client address that a request is counted for. */
import type { IncomingMessage } from 'node:http'
import { BlockList, isIP, isIPv6 } from 'node:net'
import { isLoopback } from '../../../common/model/hosts.ts'

type RequestOrigin = Pick<IncomingMessage, 'headers'> & { readonly socket: { readonly remoteAddress?: string | undefined } }

const FORWARDING = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip']

/** Whether a proxy has passed a request on, by what proxies add. */
const isForwarded = (headers: IncomingMessage['headers']): boolean => FORWARDING.some((name) => headers[name] !== undefined)

export type Addresses = ReturnType<typeof createAddresses>

export function createAddresses(trustedProxies: readonly string[]) {
  const trusted = new BlockList()
  for (const proxy of trustedProxies) addRange(trusted, proxy)
  const isTrusted = (address: string): boolean =>
    trustedProxies.length > 0 && isIP(address) !== 0 && trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')

  /** Null for a client that is not counted: on loopback, or behind a proxy that names none in `X-Forwarded-For`. */
  function addressFrom(remoteAddress: string | undefined, forwardedFor: string | undefined): string | null {
    let address = normalize(remoteAddress ?? '')
    if (isTrusted(address)) {
      // From the right: a client can invent whatever is left of the first untrusted address.
      const hops = (forwardedFor ?? '').split(',')
      const client = hops.map((hop) => normalize(withoutPort(hop.trim()))).findLast((hop) => !isTrusted(hop))
      if (client === undefined || isIP(client) === 0) return null
      address = client
    }
    return isLoopback(address) || address === '' ? null : groupOf(address)
  }

  /**
   * Whether a request is unreadable on its way: it comes from this machine itself, or a trusted proxy received it over https.
   * A proxy that names plain http is believed in any case, and so is one that does not say.
   */
  function isEncrypted({ socket, headers }: RequestOrigin): boolean {
    const address = normalize(socket.remoteAddress ?? '')
    const proto = headers['x-forwarded-proto']?.toString().split(',').at(-1)?.trim().toLowerCase()
    if (proto === undefined) return isLoopback(address) && !isForwarded(headers)
    return proto === 'https' && (isLoopback(address) || isTrusted(address))
  }

  return {
    isEncrypted,
    addressFrom,
    addressOf: ({ socket, headers }: IncomingMessage): string | null =>
      addressFrom(socket.remoteAddress, headers['x-forwarded-for']?.toString()),
  }
}

/**
 * Whether the browser that sent a request runs on this machine, so that it reaches a loopback address here: no proxy has
 * passed the request on, and the page was opened at a name of this machine itself. A tunnel (ssh -L) looks the same.
 */
export const isSameMachine = ({ socket, headers }: RequestOrigin): boolean =>
  isLoopback(normalize(socket.remoteAddress ?? '')) &&
  !isForwarded(headers) &&
  isLoopback(URL.parse(`http://${headers.host ?? ''}`)?.hostname ?? '')

function addRange(list: BlockList, proxy: string): void {
  const [address = '', prefix] = proxy.split('/', 2)
  const family = isIPv6(address) ? 'ipv6' : 'ipv4'
  if (prefix === undefined) list.addAddress(address, family)
  else list.addSubnet(address, Number(prefix), family)
}

/** Without the port and the brackets that some proxies write. */
const withoutPort = (hop: string): string => /^\[([^\]]*)\](?::\d+)?$/.exec(hop)?.[1] ?? hop.replace(/^([\d.]+):\d+$/, '$1')

/** Without a zone; an IPv4 address from an IPv6 socket as IPv4. */
function normalize(address: string): string {
  if (!address.includes(':')) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  return mapped?.[1] ?? address.split('%', 1)[0] ?? ''
}

/** A household has a whole /64 of IPv6, which counts as one client. */
function groupOf(address: string): string {
  if (!isIPv6(address)) return address
  const [left = [], right = []] = address
    .toLowerCase()
    .split('::', 2)
    .map((half) => half.split(':').filter(Boolean))
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0')
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`
}
