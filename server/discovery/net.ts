/** The network, as discovery asks it. */
import { Resolver } from 'node:dns/promises'
import type { Network } from '../net/network.ts'
import { readPeerCertificate } from '../net/tls/peer.ts'
import type { DiscoverDeps, WebResponse } from './discover.ts'

const DNS_MS = 2_000
/** A file of settings has some kilobytes. */
const MAX_BODY_BYTES = 64 * 1024
const MAX_REDIRECTS = 3

/** @param nameServers `ADDRESS:PORT` of those that are asked; undefined: the system's. */
export function networkDeps({ proxyFor }: Network, nameServers?: readonly string[]): DiscoverDeps {
  const resolver = new Resolver({ timeout: DNS_MS, tries: 2 })
  if (nameServers) resolver.setServers(nameServers)
  return {
    srv: (name) => resolver.resolveSrv(name),
    mx: (domain) => resolver.resolveMx(domain),
    fetch: (url, signal) => fetchBounded(url, signal),
    probeTls: (place, signal) => readPeerCertificate({ ...place, proxy: proxyFor(place.host, place.port) }, undefined, signal),
    timeout: (ms) => AbortSignal.timeout(ms),
    random: Math.random,
  }
}

/** GET over https, also where it is sent on; the body is cut at its bound. */
export async function fetchBounded(url: string, signal: AbortSignal, ask: typeof fetch = fetch): Promise<WebResponse> {
  let next = url
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    if (new URL(next).protocol !== 'https:') throw new Error('It is sent on to what is not https.')
    const response = await ask(next, { redirect: 'manual', credentials: 'omit', signal, headers: { Accept: '*/*' } })
    const location = response.headers.get('location')
    if (response.status >= 300 && response.status < 400 && location !== null) {
      await response.body?.cancel()
      next = new URL(location, next).href
      continue
    }
    return {
      status: response.status,
      url: next,
      contentType: response.headers.get('content-type') ?? '',
      requiresAuthentication: response.headers.has('www-authenticate'),
      body: await textOf(response),
    }
  }
  throw new Error('It is sent on too often.')
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
