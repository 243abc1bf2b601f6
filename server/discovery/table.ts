/** Look-ups in the table of providers. */
import { isSubdomain } from './address.ts'
import type { Candidate, Origin, ProviderInfo } from '../../common/protocol/discovery.ts'
import { type Provider, PROVIDERS } from './providers.ts'

const byDomain = new Map(PROVIDERS.flatMap((provider) => provider.domains.map((domain) => [domain, provider])))
const byMx = PROVIDERS.flatMap((provider) => provider.mx.map((suffix) => ({ suffix, provider })))

const byHost = new Map(PROVIDERS.flatMap((provider) => provider.servers.map(({ host }) => [host, provider])))

export const providerOfDomain = (domain: string): Provider | null => byDomain.get(domain) ?? null

/** By the name of a mail server; the last provider if several share it. */
export const providerOfHost = (host: string): Provider | null => byHost.get(host) ?? null

/** @param exchange the name of a mail exchanger. */
export function providerOfMx(exchange: string): Provider | null {
  const name = exchange.toLowerCase().replace(/\.$/, '')
  return byMx.find(({ suffix }) => isSubdomain(name, suffix))?.provider ?? null
}

const CLIENT_URLS = { google: 'https://console.cloud.google.com/auth/clients', microsoft: 'https://entra.microsoft.com/' }

export function providerInfo({ id, name, webUrl, steps, servers, refusal }: Provider): ProviderInfo {
  const browser = servers.flatMap(({ signIn }) => signIn).find((method) => method === 'google' || method === 'microsoft')
  return { id, name, webUrl, steps, ...(browser && { clientUrl: CLIENT_URLS[browser] }), ...(refusal && { refusal }) }
}

export function candidatesFromTable(provider: Provider, address: string, origin: Origin): Candidate[] {
  const user = provider.user === 'address' ? address : address.slice(0, address.lastIndexOf('@'))
  return provider.servers.map((server) => ({ ...server, user, origins: [origin], mustConfirm: false }))
}
