/** Merges and sorts what the different sources of discovery have found. */
import type { MailProtocol } from '../../common/protocol/account.ts'
import type { Candidate, Origin } from '../../common/protocol/discovery.ts'

/** Protocols that tell read from unread and push changes come first; POP3 does neither. */
const PROTOCOL_RANK: Readonly<Record<MailProtocol, number>> = { imap: 0, jmap: 1, pop3: 2 }
/** The most trustworthy first. */
const ORIGINS: readonly Origin[] = ['table', 'mx', 'autoconfig', 'srv', 'exchange', 'well-known', 'guess', 'gnome', 'thunderbird']

const originRank = ({ origins }: Candidate): number => Math.min(...origins.map((origin) => ORIGINS.indexOf(origin)))
const securityRank = ({ security }: Candidate): number => (security === 'tls' ? 0 : 1)

/** A server named twice is one candidate, which needs no confirmation if one of its origins uses https. */
export function mergeCandidates(candidates: readonly Candidate[]): Candidate[] {
  const merged = new Map<string, Candidate>()
  for (const candidate of candidates.toSorted((a, b) => originRank(a) - originRank(b))) {
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
      originRank(a) - originRank(b) ||
      securityRank(a) - securityRank(b),
  )
}
