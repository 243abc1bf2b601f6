/** A certificate in words that a person can compare with what whoever runs the server says. */
import type { CertificateProblem, CertificateView } from '../../../common/protocol/discovery.ts'
import { readable } from '../../platform/text.ts'
import { plainFingerprint, shownFingerprint } from './fingerprint.ts'
import type { Peer } from './peer.ts'

const PROBLEMS: Readonly<Record<string, CertificateProblem>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'unknown-authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'unknown-authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unknown-authority',
  UNABLE_TO_GET_ISSUER_CERT: 'unknown-authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'unknown-authority',
  CERT_UNTRUSTED: 'unknown-authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'wrong-name',
  HOSTNAME_MISMATCH: 'wrong-name',
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not-yet-valid',
  CERT_REVOKED: 'revoked',
}

/** Those that are a question of whom one trusts, and not of the certificate itself. */
const MATTERS_OF_TRUST: ReadonlySet<CertificateProblem> = new Set(['unknown-authority', 'wrong-name', 'changed'])

/**
 * Null where the certificate is accepted: by the one that is pinned, or, where none is, by the authorities.
 * @param pin 64 small hexadecimal digits.
 */
export function certificateProblemOf({ certificate, problem }: Peer, pin: string | undefined, nowMs: number): CertificateView | null {
  const shown = plainFingerprint(certificate.fingerprint256)
  const validFrom = dateOf(certificate.validFrom)
  const validTo = dateOf(certificate.validTo)
  // OpenSSL names one fault of several, and not the gravest.
  const date = nowMs > validTo.getTime() ? 'expired' : nowMs < validFrom.getTime() ? 'not-yet-valid' : null
  const authority = problem === null ? null : (PROBLEMS[problem] ?? 'other')
  const doubt = date ?? (pin === undefined ? authority : pin === shown ? null : 'changed')
  if (doubt === null) return null
  return {
    fingerprint: shownFingerprint(shown),
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    validFrom: validFrom.toISOString(),
    validTo: validTo.toISOString(),
    problem: doubt,
    canPin: MATTERS_OF_TRUST.has(doubt),
  }
}

/** A date that can't be read is one of long ago, so that it is never valid. */
function dateOf(text: string): Date {
  const date = new Date(text)
  return Number.isNaN(date.getTime()) ? new Date(0) : date
}

/** Node gives a part of a name on each line: `O=Example\nCN=mail.example.org`. */
const nameOf = (text: string | undefined): string =>
  readable((text ?? '').split('\n').filter(Boolean).toReversed().join(', ')).slice(0, 200)
