/**
 * Finds out from an address alone where its mailbox is: the table of providers, then whatever the domain itself says
 * (its MX, SRV records, autoconfig file, JMAP resource) and who gets its mail, and at last a guess. Nobody else is asked.
 */
import { abortable } from '../platform/abortable.ts'
import type { Opening } from '../net/tls/peer.ts'
import { type Address, domainsAbove, isHostName, isWithin } from './address.ts'
import { type AutoconfigFound, autoconfigUrls, readAutoconfig } from './autoconfig.ts'
import type { Candidate, Discovery, Origin } from '../../common/protocol/discovery.ts'
import type { MailProtocol } from '../../common/protocol/account.ts'
import { candidatesFromTable, providerInfo, providerOfDomain, providerOfHost, providerOfMx } from './table.ts'
import { candidatesFromSrv, type SrvRecord } from './srv.ts'

/** An answer over https, its body cut at a bound. */
export interface WebResponse {
  readonly status: number
  /** Where it came from in the end. */
  readonly url: string
  readonly contentType: string
  /** True where the server says how it wants to be signed in to. */
  readonly requiresAuthentication: boolean
  readonly body: string
}

export interface DiscoverDeps {
  /** Records of a name; none, or a rejection, where there is none. */
  readonly srv: (name: string) => Promise<readonly SrvRecord[]>
  readonly mx: (domain: string) => Promise<readonly { readonly exchange: string; readonly priority: number }[]>
  /** Asks over https only, also where it is sent on. */
  readonly fetch: (url: string, signal: AbortSignal) => Promise<WebResponse>
  /** Whether somebody encrypts there; nothing is said. Rejects where nobody does. */
  readonly probeTls: (place: { host: string; port: number; opening: Opening }, signal: AbortSignal) => Promise<unknown>
  /** A signal that aborts after so many milliseconds. */
  readonly timeout: (ms: number) => AbortSignal
  /** Uniform in [0, 1). */
  readonly random: () => number
}

/** Milliseconds for all that the domain says, and for the guesses after it. */
const DOMAIN_MS = 5_000
const GUESS_MS = 3_000

export async function discover(address: Address, deps: DiscoverDeps, signal: AbortSignal): Promise<Discovery> {
  const known = providerOfDomain(address.domain)
  if (known) return { address: address.full, candidates: candidatesFromTable(known, address.full, 'table'), provider: providerInfo(known) }

  const ending = new AbortController()
  const asking = AbortSignal.any([signal, ending.signal, deps.timeout(DOMAIN_MS)])
  try {
    const asked = [
      quietly(byAutoconfig(address, deps, asking), NOTHING, asking),
      quietly(
        candidatesFromSrv(address, (name) => abortable(deps.srv(name), asking), deps.random).then((candidates) => ({
          candidates,
          provider: null,
        })),
        NOTHING,
        asking,
      ),
      quietly(byWellKnownJmap(address, deps, asking), NOTHING, asking),
    ]
    const exchanges = await quietly(exchangesOf(address.domain, deps), [], asking)
    const host = exchanges.map(providerOfMx).find((provider) => provider !== null)
    if (host) return { address: address.full, candidates: candidatesFromTable(host, address.full, 'mx'), provider: providerInfo(host) }
    const found = await Promise.all([...asked, quietly(byExchange(address, exchanges, deps, asking), NOTHING, asking)])
    const candidates = inOrder(found.flatMap((one) => one.candidates))
    if (candidates.length > 0) return together(address, candidates, found)
  } finally {
    ending.abort()
  }
  const guessing = AbortSignal.any([signal, deps.timeout(GUESS_MS)])
  return { address: address.full, candidates: await byGuess(address, deps, guessing), provider: null }
}

const NOTHING: AutoconfigFound = { candidates: [], provider: null }

async function quietly<T>(work: Promise<T>, otherwise: T, signal: AbortSignal): Promise<T> {
  try {
    return await abortable(work, signal)
  } catch {
    return otherwise
  }
}

/** The names of those that get the domain's mail, the most wanted first. */
async function exchangesOf(domain: string, { mx }: DiscoverDeps): Promise<string[]> {
  return (await mx(domain)).toSorted((a, b) => a.priority - b.priority).map(({ exchange }) => exchange)
}

async function readFrom(urls: readonly string[], address: Address, { fetch }: DiscoverDeps, signal: AbortSignal): Promise<AutoconfigFound> {
  const read = async (url: string): Promise<AutoconfigFound> => {
    const { status, body } = await fetch(url, signal)
    return (status === 200 ? readAutoconfig(body, address) : null) ?? NOTHING
  }
  const answers = await Promise.all(urls.map((url) => quietly(read(url), NOTHING, signal)))
  return answers.find(({ candidates }) => candidates.length > 0) ?? NOTHING
}

const byAutoconfig = (address: Address, deps: DiscoverDeps, signal: AbortSignal): Promise<AutoconfigFound> =>
  readFrom(autoconfigUrls(address), address, deps, signal)

/**
 * Many domains have their mail at a host that publishes the settings for all of them. It is not told whose mailbox it
 * is, and as only DNS says that it is the one, the person must agree.
 */
async function byExchange(address: Address, [first]: readonly string[], deps: DiscoverDeps, signal: AbortSignal): Promise<AutoconfigFound> {
  if (first === undefined || isWithin(first.toLowerCase(), address.domain)) return NOTHING
  const urls = domainsAbove(first).map((domain) => `https://autoconfig.${domain}/mail/config-v1.1.xml`)
  const { candidates, provider } = await readFrom(urls, address, deps, signal)
  const named = (candidate: Candidate): Candidate => ({
    ...candidate,
    origins: ['exchange'],
    mustConfirm: !isWithin(candidate.host, address.domain),
  })
  return { candidates: candidates.map(named), provider }
}

/** RFC 8620, section 2.2: the resource asks to sign in, or shows a session to everybody. */
async function byWellKnownJmap({ full, domain }: Address, { fetch }: DiscoverDeps, signal: AbortSignal): Promise<AutoconfigFound> {
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

async function byGuess({ full, domain }: Address, { probeTls }: DiscoverDeps, signal: AbortSignal): Promise<Candidate[]> {
  const guesses = [
    { name: 'imap', protocol: 'imap', port: 993, security: 'tls', opening: 'tls' },
    { name: 'mail', protocol: 'imap', port: 993, security: 'tls', opening: 'tls' },
    { name: 'imap', protocol: 'imap', port: 143, security: 'starttls', opening: 'imap-starttls' },
    { name: 'mail', protocol: 'imap', port: 143, security: 'starttls', opening: 'imap-starttls' },
    { name: 'pop', protocol: 'pop3', port: 995, security: 'tls', opening: 'tls' },
    { name: 'mail', protocol: 'pop3', port: 995, security: 'tls', opening: 'tls' },
  ] as const
  const tried = await Promise.all(
    guesses.map(async ({ name, protocol, port, security, opening }): Promise<Candidate | null> => {
      const host = `${name}.${domain}`
      const there = probeTls({ host, port, opening }, signal).then(() => true)
      if (!(await quietly(there, false, signal))) return null
      return { protocol, host, port, security, user: full, signIn: ['password', 'app-password'], origins: ['guess'], mustConfirm: false }
    }),
  )
  return tried.filter((candidate) => candidate !== null)
}

/** What tells read from unread, and pushes, comes first; POP3 knows neither. */
const PROTOCOL_RANK: Readonly<Record<MailProtocol, number>> = { imap: 0, jmap: 1, pop3: 2 }
const ORIGIN_RANK: Readonly<Record<Origin, number>> = {
  table: 0,
  mx: 1,
  autoconfig: 2,
  srv: 3,
  exchange: 4,
  'well-known': 5,
  guess: 6,
}

const rank = ({ origins }: Candidate): number => Math.min(...origins.map((origin) => ORIGIN_RANK[origin]))
const tls = ({ security }: Candidate): number => (security === 'tls' ? 0 : 1)

/** The same server named twice is one candidate; what https vouches for needs no confirmation any more. */
function inOrder(candidates: readonly Candidate[]): Candidate[] {
  const merged = new Map<string, Candidate>()
  for (const candidate of candidates.toSorted((a, b) => rank(a) - rank(b))) {
    const { protocol, host, port, security } = candidate
    const key = [protocol, host, port, security].join(' ')
    const first = merged.get(key)
    const origins = [...new Set([...(first?.origins ?? []), ...candidate.origins])]
    merged.set(key, { ...(first ?? candidate), origins, mustConfirm: (first?.mustConfirm ?? true) && candidate.mustConfirm })
  }
  return [...merged.values()].toSorted(
    (a, b) =>
      PROTOCOL_RANK[a.protocol] - PROTOCOL_RANK[b.protocol] ||
      Number(a.mustConfirm) - Number(b.mustConfirm) ||
      rank(a) - rank(b) ||
      tls(a) - tls(b),
  )
}

/** A server of the table brings what the table says of it: which password it takes, and what is to be switched on. */
function together(address: Address, candidates: readonly Candidate[], found: readonly AutoconfigFound[]): Discovery {
  const known = candidates.map(({ host }) => providerOfHost(host)).find((provider) => provider !== null)
  return {
    address: address.full,
    candidates: candidates.map((candidate) => {
      const server = providerOfHost(candidate.host)?.servers.find(({ protocol }) => protocol === candidate.protocol)
      // Nobody gains by sending a password to one of the big providers.
      return server ? { ...candidate, signIn: server.signIn, mustConfirm: false } : candidate
    }),
    provider: known ? providerInfo(known) : (found.find(({ provider }) => provider !== null)?.provider ?? null),
  }
}
