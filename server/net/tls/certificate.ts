/** The parts of a certificate that a person compares with what the administrator of the server states. */
import type { CertificateProblem, CertificateView } from '../../../common/protocol/discovery.ts'
import { readable } from '../../platform/text.ts'
import type { Peer } from './peer.ts'

/** By the codes of OpenSSL and Node. */
export const CERTIFICATE_PROBLEMS: Readonly<Record<string, CertificateProblem>> = {
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

/** What is wrong, as the end of a sentence about the certificate. */
export const CERTIFICATE_TEXTS: Readonly<Record<CertificateProblem, string>> = {
  'unknown-authority': 'comes from an authority that this system does not know',
  'wrong-name': 'is for another name; check the host',
  changed: 'is not the pinned one; ask its administrator whether it was changed',
  expired: 'has expired; its administrator must renew it (or the clock of this machine is wrong)',
  'not-yet-valid': 'is not valid yet; the clock of this machine or of the server is wrong',
  revoked: 'was revoked; its administrator must replace it',
  other: 'cannot be verified; its administrator must replace it',
}

/** Problems of trust, rather than of the certificate itself. */
const TRUST_PROBLEMS: ReadonlySet<CertificateProblem> = new Set(['unknown-authority', 'wrong-name', 'changed'])

/**
 * Null for an accepted certificate: the pinned one or, without a pin, one of a trusted authority.
 * @param pin 64 lower-case hexadecimal digits.
 */
export function certificateProblemOf({ certificate, problem }: Peer, pin: string | undefined, nowMs: number): CertificateView | null {
  const fingerprint = plainFingerprint(certificate.fingerprint256)
  const validFrom = dateOf(certificate.validFrom)
  const validTo = dateOf(certificate.validTo)
  // OpenSSL names one of several problems, and not the most severe.
  const date = nowMs > validTo.getTime() ? 'expired' : nowMs < validFrom.getTime() ? 'not-yet-valid' : null
  const authority = problem === null ? null : (CERTIFICATE_PROBLEMS[problem] ?? 'other')
  const current = date ?? (pin === undefined ? authority : pin === fingerprint ? null : 'changed')
  if (current === null) return null
  return {
    fingerprint: shownFingerprint(fingerprint),
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    validFrom: validFrom.toISOString(),
    validTo: validTo.toISOString(),
    problem: current,
    canPin: TRUST_PROBLEMS.has(current),
  }
}

/** An invalid date becomes one in the past, so that the certificate has expired. */
function dateOf(text: string): Date {
  const date = new Date(text)
  return Number.isNaN(date.getTime()) ? new Date(0) : date
}

/** Node puts each part of a name on its own line: `O=Example\nCN=mail.example.org`. */
const nameOf = (text: string | undefined): string =>
  readable((text ?? '').split('\n').filter(Boolean).toReversed().join(', ')).slice(0, 200)

/** `AB:CD:…` or `abcd…` → lower-case hexadecimal digits without separators. */
export const plainFingerprint = (fingerprint: string): string => fingerprint.replaceAll(/[:\s]/g, '').toLowerCase()

/** → `AB:CD:…`, the format of browsers and openssl. */
export const shownFingerprint = (plain: string): string => plain.toUpperCase().match(/../g)?.join(':') ?? ''
