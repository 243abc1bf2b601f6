/** DNS and https for discovery. */
import { Resolver } from 'node:dns/promises'
import type { Network } from '../net/network.ts'
import { type PeerPlace, readPeerCertificate } from '../net/tls/peer.ts'

const DNS_MS = 2_000
/** An autoconfig file has some kilobytes. */
const MAX_BODY_BYTES = 64 * 1024
const MAX_REDIRECTS = 3

/** A response over https. */
export type WebResponse = Awaited<ReturnType<typeof fetchBounded>>

export type DiscoveryDeps = Readonly<ReturnType<typeof createDiscoveryDeps>>

/** @param nameServers `ADDRESS:PORT`; undefined for the system's. */
export function createDiscoveryDeps({ proxyFor }: Network, nameServers?: readonly string[]) {
  const resolver = new Resolver({ timeout: DNS_MS, tries: 2 })
  if (nameServers) resolver.setServers(nameServers)
  return {
    /** The records of a name; empty or rejected without any. */
    srv: (name: string) => resolver.resolveSrv(name),
    mx: (domain: string) => resolver.resolveMx(domain),
    /** Over https only, redirects included. */
    fetch: (url: string, signal: AbortSignal) => fetchBounded(url, signal),
    /** Opens a TLS connection without sending any data; rejects if that fails. */
    probeTls: (place: PeerPlace, signal: AbortSignal): Promise<unknown> =>
      readPeerCertificate({ ...place, proxy: proxyFor(place.host, place.port) }, undefined, signal),
    /** A signal that aborts after so many milliseconds. */
    timeout: (ms: number) => AbortSignal.timeout(ms),
    /** Uniform in [0, 1). */
    random: Math.random,
  }
}

/** GET over https, redirects included; cuts the body at its limit. */
export async function fetchBounded(url: string, signal: AbortSignal, request: typeof fetch = fetch) {
  let next = url
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    if (new URL(next).protocol !== 'https:') throw new Error('The server redirects to an address that is not https.')
    const response = await request(next, { redirect: 'manual', credentials: 'omit', signal, headers: { Accept: '*/*' } })
    const location = response.headers.get('location')
    if (response.status >= 300 && response.status < 400 && location !== null) {
      await response.body?.cancel()
      next = new URL(location, next).href
      continue
    }
    return {
      status: response.status,
      /** After redirects. */
      url: next,
      contentType: response.headers.get('content-type') ?? '',
      requiresAuthentication: response.headers.has('www-authenticate'),
      body: await textOf(response),
    }
  }
  throw new Error('The server redirects too often.')
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > MAX_BODY_BYTES) break
    chunks.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}
