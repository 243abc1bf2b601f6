/** GET over HTTP (RFC 9110): bounded in bytes and redirects, through the proxy of the environment for the world outside. */
import type { IncomingHttpHeaders } from 'node:http'
import { SourceError } from '../source.ts'
import type { Network } from '../../net/network.ts'
import { authoritiesOf } from '../../net/tls/options.ts'
import { bodyOf, createRoute, send } from '../web/request.ts'
import { isProtected } from '../web/url.ts'

const MAX_REDIRECTS = 5
const MAX_BODY_BYTES = 1024 * 1024

type Headers = Readonly<Record<string, string>>

export interface GetOptions {
  readonly network: Network
  /** Of this origin: they are not sent to another one that it redirects to. */
  readonly headers: Headers
  /** PEM of certificate authorities that are trusted besides the system's. */
  readonly ca: string | undefined
  readonly allowInsecure: boolean
  readonly signal: AbortSignal
  /** Where proxies are named: `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`. */
  readonly env: Readonly<Record<string, string | undefined>>
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** @throws SourceError, or Error as Node threw it */
export async function get(url: URL, options: GetOptions): Promise<Answer> {
  let at = url
  let own = options.headers
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const answer = await getOnce(at, own, options)
    const { location } = answer.headers
    if (!REDIRECTS.has(answer.status) || location === undefined) return answer
    const next = URL.canParse(location, at.href) ? new URL(location, at) : null
    if (next === null || !isProtected(next, options.allowInsecure) || (at.protocol === 'https:' && next.protocol !== 'https:'))
      throw new SourceError('protocol', `${at.origin} redirects to where nobody is asked unprotected; set the url to where it leads.`)
    if (next.origin !== at.origin) own = {}
    at = next
  }
  throw new SourceError('protocol', `${url.origin} redirects more than ${MAX_REDIRECTS} times; check the url.`)
}

async function getOnce(url: URL, headers: Headers, { ca, env, network, signal }: GetOptions): Promise<Answer> {
  const authorities = authoritiesOf(ca)
  const route = createRoute(network, url, { minVersion: 'TLSv1.2', ...(authorities && { ca: authorities }) }, env, false)
  try {
    const response = await send(url, { route, headers, signal })
    return { status: response.statusCode ?? 0, headers: response.headers, body: await bodyOf(response, url, MAX_BODY_BYTES) }
  } finally {
    route.agent.destroy()
  }
}
