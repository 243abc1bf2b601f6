/** GET over HTTP (RFC 9110), with bounded bytes and redirects. */
import type { Network } from '../../net/network.ts'
import { authoritiesOf } from '../../net/tls/options.ts'
import { SourceError } from '../source.ts'
import { followRedirects } from '../lib/web/redirects.ts'
import { createRoute, fetchBytes, type HttpResponse } from '../lib/web/request.ts'
import { readServiceUrl } from '../lib/web/url.ts'
import type { HttpSourceConfig } from './config.ts'

const MAX_BODY_BYTES = 1024 * 1024
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

interface GetOptions extends Pick<HttpSourceConfig, 'ca' | 'allowInsecure'> {
  readonly network: Network
  /** For this origin only; a redirect to another one goes without them. */
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** @throws SourceError, or Node's error */
export async function get(start: URL, { network, headers, ca, allowInsecure, signal }: GetOptions): Promise<HttpResponse> {
  const authorities = authoritiesOf(ca)
  const tls = { minVersion: 'TLSv1.2' as const, ...(authorities && { ca: authorities }) }
  let isOwnOrigin = true
  return await followRedirects<HttpResponse>(start, async (url) => {
    const route = await createRoute(network, url, tls, false)
    const request = { route, headers: isOwnOrigin ? headers : {}, signal }
    const response = await fetchBytes(url, request, MAX_BODY_BYTES).finally(() => route.agent.destroy())
    const { location } = response.headers
    if (!REDIRECTS.has(response.status) || location === undefined) return response
    const next = readServiceUrl(URL.parse(location, url.href)?.href ?? '', allowInsecure)
    // A service must not choose with which password this machine signs in elsewhere.
    if (typeof next === 'string' || (url.protocol === 'https:' && next.protocol !== 'https:'))
      throw new SourceError(
        'protocol',
        `${url.origin} redirects to an address without TLS, or with a password; set the url to the final address.`,
      )
    isOwnOrigin &&= next.origin === url.origin
    return next
  })
}
