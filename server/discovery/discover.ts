/**
 * Finds a mailbox from its address alone, in three stages: the table of providers; the domain itself (MX, SRV records,
 * autoconfig file, JMAP resource) and its mail provider; a guess. No third party is contacted.
 */
import type { Candidate, Discovery, Origin } from '../../common/protocol/discovery.ts'
import { abortable } from '../platform/abortable.ts'
import { type Address, isHostName, isSubdomain, parentDomains } from './address.ts'
import { autoconfigUrls, type DiscoveredServers, parseAutoconfig } from './autoconfig.ts'
import type { DiscoveryDeps } from './net.ts'
import type { Provider } from './providers.ts'
import { mergeCandidates } from './ranking.ts'
import { serversFromSrv } from './srv.ts'
import { candidatesFromTable, providerInfo, providerOfDomain, providerOfHost, providerOfMx } from './table.ts'

const FIND_MS = 8_000
const DOMAIN_MS = 5_000
const GUESS_MS = 3_000

const NOTHING: DiscoveredServers = { candidates: [], provider: null }

export async function discover(address: Address, deps: DiscoveryDeps, signal = deps.timeout(FIND_MS)): Promise<Discovery> {
  const known = providerOfDomain(address.domain)
  if (known) return fromTable(known, address, 'table')
  const found = await queryDomain(address, deps, signal)
  if (found) return found
  const candidates = await guess(address, deps, AbortSignal.any([signal, deps.timeout(GUESS_MS)]))
  return { address: address.full, candidates, provider: null }
}

const fromTable = (provider: Provider, { full }: Address, origin: Origin): Discovery => ({
  address: full,
  candidates: candidatesFromTable(provider, full, origin),
  provider: providerInfo(provider),
})

/** Queries all that the domain publishes at once; a mail exchanger of a known provider decides before the others answer. */
async function queryDomain(address: Address, deps: DiscoveryDeps, signal: AbortSignal): Promise<Discovery | null> {
  const ending = new AbortController()
  const limit = AbortSignal.any([signal, ending.signal, deps.timeout(DOMAIN_MS)])
  const orNothing = (work: Promise<DiscoveredServers>): Promise<DiscoveredServers> => orElse(work, NOTHING, limit)
  try {
    const pending = [
      orNothing(fromAutoconfig(autoconfigUrls(address), address, deps, limit)),
      orNothing(serversFromSrv(address, (name) => abortable(deps.srv(name), limit), deps.random)),
      orNothing(fromWellKnownJmap(address, deps, limit)),
    ]
    const exchanges = await orElse(exchangesOf(address.domain, deps), [], limit)
    const host = exchanges.map(providerOfMx).find((provider) => provider !== null)
    if (host) return fromTable(host, address, 'mx')
    const found = await Promise.all([...pending, orNothing(fromExchange(address, exchanges, deps, limit))])
    const candidates = mergeCandidates(found.flatMap((each) => each.candidates))
    return candidates.length === 0 ? null : { address: address.full, ...withProvider(candidates, found) }
  } finally {
    ending.abort()
  }
}

async function orElse<T>(work: Promise<T>, fallback: T, signal: AbortSignal): Promise<T> {
  try {
    return await abortable(work, signal)
  } catch {
    return fallback
  }
}

/** The domain's mail exchangers, in order of preference. */
async function exchangesOf(domain: string, { mx }: DiscoveryDeps): Promise<string[]> {
  return (await mx(domain)).toSorted((a, b) => a.priority - b.priority).map(({ exchange }) => exchange)
}

/** The first of these files that names a server. */
async function fromAutoconfig(
  urls: readonly string[],
  address: Address,
  { fetch }: DiscoveryDeps,
  signal: AbortSignal,
): Promise<DiscoveredServers> {
  const read = async (url: string): Promise<DiscoveredServers> => {
    const { status, body } = await fetch(url, signal)
    return (status === 200 ? parseAutoconfig(body, address) : null) ?? NOTHING
  }
  const files = await Promise.all(urls.map((url) => orElse(read(url), NOTHING, signal)))
  return files.find(({ candidates }) => candidates.length > 0) ?? NOTHING
}

/**
 * The mail host of a custom domain may publish the settings for all its customers. It does not learn the address; and
 * since only DNS names that host, the user must confirm it.
 */
async function fromExchange(
  address: Address,
  [exchange]: readonly string[],
  deps: DiscoveryDeps,
  signal: AbortSignal,
): Promise<DiscoveredServers> {
  if (exchange === undefined || isSubdomain(exchange.toLowerCase(), address.domain)) return NOTHING
  const urls = parentDomains(exchange).map((domain) => `https://autoconfig.${domain}/mail/config-v1.1.xml`)
  const { candidates, provider } = await fromAutoconfig(urls, address, deps, signal)
  const unconfirmed = candidates.map((candidate): Candidate =>
    Object.assign({}, candidate, { origins: ['exchange'], mustConfirm: !isSubdomain(candidate.host, address.domain) }),
  )
  return { candidates: unconfirmed, provider }
}

/** RFC 8620, section 2.2: the resource requires authentication, or returns a public session. */
async function fromWellKnownJmap({ full, domain }: Address, { fetch }: DiscoveryDeps, signal: AbortSignal): Promise<DiscoveredServers> {
  const { status, url, contentType, requiresAuthentication, body } = await fetch(`https://${domain}/.well-known/jmap`, signal)
  const isSession = status === 200 && contentType.startsWith('application/json') && body.includes('"urn:ietf:params:jmap:core"')
  if (!isSession && !(status === 401 && requiresAuthentication)) return NOTHING
  const { hostname, port, username, password } = new URL(url)
  if (!isHostName(hostname) || username !== '' || password !== '') return NOTHING
  const candidate: Candidate = {
    protocol: 'jmap',
    host: hostname,
    port: port === '' ? 443 : Number(port),
    security: 'tls',
    url,
    user: full,
    signIn: ['password', 'app-password', 'token'],
    origins: ['well-known'],
    mustConfirm: false,
  }
  return { candidates: [candidate], provider: null }
}

const GUESSES = [
  { name: 'imap', protocol: 'imap', port: 993, security: 'tls', opening: 'tls' },
  { name: 'mail', protocol: 'imap', port: 993, security: 'tls', opening: 'tls' },
  { name: 'imap', protocol: 'imap', port: 143, security: 'starttls', opening: 'imap-starttls' },
  { name: 'mail', protocol: 'imap', port: 143, security: 'starttls', opening: 'imap-starttls' },
  { name: 'pop', protocol: 'pop3', port: 995, security: 'tls', opening: 'tls' },
  { name: 'mail', protocol: 'pop3', port: 995, security: 'tls', opening: 'tls' },
] as const

/** Tries the usual host names and ports. */
async function guess({ full, domain }: Address, { probeTls }: DiscoveryDeps, signal: AbortSignal): Promise<Candidate[]> {
  const tried = GUESSES.map(async ({ name, protocol, port, security, opening }): Promise<Candidate[]> => {
    const host = `${name}.${domain}`
    const answers = probeTls({ host, port, opening }, signal).then(() => true)
    if (!(await orElse(answers, false, signal))) return []
    return [{ protocol, host, port, security, user: full, signIn: ['password', 'app-password'], origins: ['guess'], mustConfirm: false }]
  })
  return (await Promise.all(tried)).flat()
}

/** A known provider's server gets what the table says: the passwords that it accepts, and what to enable first. */
function withProvider(candidates: readonly Candidate[], found: readonly DiscoveredServers[]): DiscoveredServers {
  const known = candidates.map(({ host }) => providerOfHost(host)).find((provider) => provider !== null)
  return {
    candidates: candidates.map((candidate) => {
      const server = providerOfHost(candidate.host)?.servers.find(({ protocol }) => protocol === candidate.protocol)
      // An attacker gains nothing from a password that goes to a large provider.
      return server ? { ...candidate, signIn: server.signIn, mustConfirm: false } : candidate
    }),
    provider: known ? providerInfo(known) : (found.find(({ provider }) => provider !== null)?.provider ?? null),
  }
}
