/** Mail servers in a domain's SRV records (RFC 6186, RFC 8314 section 5.1, RFC 8620 section 2.2). */
import type { SrvRecord } from 'node:dns'
import { type Address, isHostName, isSubdomain } from './address.ts'
import type { DiscoveredServers } from './autoconfig.ts'
import type { Candidate } from '../../common/protocol/discovery.ts'

/** Per service. */
const MAX_RECORDS = 3

const SERVICES = [
  { service: '_imaps._tcp', protocol: 'imap', security: 'tls' },
  { service: '_imap._tcp', protocol: 'imap', security: 'starttls' },
  { service: '_jmap._tcp', protocol: 'jmap', security: 'tls' },
  { service: '_pop3s._tcp', protocol: 'pop3', security: 'tls' },
  { service: '_pop3._tcp', protocol: 'pop3', security: 'starttls' },
] as const

/**
 * @param lookUp the records of a name; may reject.
 * @param random uniform in [0, 1).
 */
export async function serversFromSrv(
  address: Address,
  lookUp: (name: string) => Promise<readonly SrvRecord[]>,
  random: () => number,
): Promise<DiscoveredServers> {
  const found = await Promise.all(
    SERVICES.map(async (kind) => {
      const records = await lookUp(`${kind.service}.${address.domain}`).catch(() => [])
      return inPriorityOrder(records, random).map((record) => candidateOf(record, kind, address))
    }),
  )
  return { candidates: found.flat(), provider: null }
}

function candidateOf({ name, port }: SrvRecord, { protocol, security }: (typeof SERVICES)[number], { full, domain }: Address): Candidate {
  const host = name.toLowerCase().replace(/\.$/, '')
  const url = protocol === 'jmap' && { url: `https://${host}${port === 443 ? '' : `:${port}`}/.well-known/jmap` }
  const trust = { origins: ['srv'], mustConfirm: !isSubdomain(host, domain) } as const
  return { protocol, host, port, security, user: full, signIn: ['password', 'app-password'], ...trust, ...url }
}

/** RFC 2782: the lowest priority first, equals in random order by weight. The target "." means that there is no service. */
function inPriorityOrder(records: readonly SrvRecord[], random: () => number): SrvRecord[] {
  const left = records.filter(({ name, port }) => isHostName(name.replace(/\.$/, '')) && port >= 1 && port <= 65_535)
  const ordered: SrvRecord[] = []
  while (left.length > 0 && ordered.length < MAX_RECORDS) {
    const priority = Math.min(...left.map((record) => record.priority))
    const equals = left.filter((record) => record.priority === priority)
    const sum = equals.reduce((total, { weight }) => total + weight, 0)
    let draw = random() * sum
    const drawn = equals.find(({ weight }) => (draw -= weight) < 0) ?? equals[0]
    if (drawn === undefined) break
    ordered.push(drawn)
    left.splice(left.indexOf(drawn), 1)
  }
  return ordered
}
