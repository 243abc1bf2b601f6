/** Mail servers that a domain names in its DNS: SRV records (RFC 6186, RFC 8314 section 5.1, RFC 8620 section 2.2). */
import { type Address, isHostName, isWithin } from './address.ts'
import type { Candidate } from '../../common/protocol/discovery.ts'
import type { MailProtocol } from '../../common/protocol/account.ts'

export interface SrvRecord {
  readonly name: string
  readonly port: number
  readonly priority: number
  readonly weight: number
}

/** Records of one service that are looked at. */
const MOST = 3

const SERVICES: readonly { readonly service: string; readonly protocol: MailProtocol; readonly security: 'tls' | 'starttls' }[] = [
  { service: '_imaps._tcp', protocol: 'imap', security: 'tls' },
  { service: '_imap._tcp', protocol: 'imap', security: 'starttls' },
  { service: '_jmap._tcp', protocol: 'jmap', security: 'tls' },
  { service: '_pop3s._tcp', protocol: 'pop3', security: 'tls' },
  { service: '_pop3._tcp', protocol: 'pop3', security: 'starttls' },
]

/**
 * @param lookUp gives the records of a name, none where there is none.
 * @param random uniform in [0, 1).
 */
export async function candidatesFromSrv(
  { full, domain }: Address,
  lookUp: (name: string) => Promise<readonly SrvRecord[]>,
  random: () => number,
): Promise<Candidate[]> {
  const found = await Promise.all(
    SERVICES.map(async ({ service, protocol, security }) => {
      const records = await lookUp(`${service}.${domain}`).catch(() => [])
      return inOrder(records, random).map(({ name, port }): Candidate => {
        const host = name.toLowerCase().replace(/\.$/, '')
        const mustConfirm = !isWithin(host, domain)
        const one: Candidate = {
          protocol,
          host,
          port,
          security,
          user: full,
          signIn: ['password', 'app-password'],
          origins: ['srv'],
          mustConfirm,
        }
        return protocol === 'jmap' ? Object.assign(one, { url: `https://${host}${port === 443 ? '' : `:${port}`}/.well-known/jmap` }) : one
      })
    }),
  )
  return found.flat()
}

/** RFC 2782: the lowest priority first, and among equals by lot, as their weights say. A single "." means: none here. */
function inOrder(records: readonly SrvRecord[], random: () => number): SrvRecord[] {
  const left = records.filter(({ name, port }) => isHostName(name.replace(/\.$/, '')) && port >= 1 && port <= 65_535)
  const ordered: SrvRecord[] = []
  while (left.length > 0 && ordered.length < MOST) {
    const priority = Math.min(...left.map((record) => record.priority))
    const equals = left.filter((record) => record.priority === priority)
    const sum = equals.reduce((total, { weight }) => total + weight, 0)
    let lot = random() * sum
    const drawn = equals.find(({ weight }) => (lot -= weight) < 0) ?? equals[0]
    if (drawn === undefined) break
    ordered.push(drawn)
    left.splice(left.indexOf(drawn), 1)
  }
  return ordered
}
