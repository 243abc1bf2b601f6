/** TLS options for Node: trust in the system's authorities, those of the config, or one pinned certificate. */
import { type ConnectionOptions, getCACertificates } from 'node:tls'
import { PinMismatchError } from '../errors.ts'
import { plainFingerprint, shownFingerprint } from './certificate.ts'
import { readPeerCertificate, type PeerPlace } from './peer.ts'

export interface Trust {
  /** PEM of certificate authorities to trust in addition to the system's. */
  readonly ca: string | undefined
  /** SHA-256 of the only certificate to accept, as 64 lower-case hexadecimal digits; `ca` is then ignored. */
  readonly pin: string | undefined
}

/** Node's option `ca`; undefined for its default authorities. */
export const authoritiesOf = (ca: string | undefined): string[] | undefined =>
  ca === undefined ? undefined : [...getCACertificates('default'), ca]

/**
 * Options for `tls.connect` (`tls` of imapflow, an agent of `node:https`). The certificate is always verified. A pinned
 * one is first checked over a connection on which nothing is sent, and is then the only one trusted: it is accepted for any
 * name, but not after it has expired.
 * @throws PinMismatchError, or Node's error
 */
export async function tlsOptions(place: PeerPlace, { ca, pin }: Trust, signal: AbortSignal): Promise<ConnectionOptions> {
  const authorities = authoritiesOf(ca)
  if (pin === undefined) return { minVersion: 'TLSv1.2', ...(authorities && { ca: authorities }) }
  const { certificate } = await readPeerCertificate(place, undefined, signal)
  const fingerprint = plainFingerprint(certificate.fingerprint256)
  if (fingerprint !== pin) throw mismatch(place, fingerprint)
  return {
    minVersion: 'TLSv1.2',
    ca: [certificate.toString()],
    // The chain may end at a certificate that is neither an authority nor self-signed.
    allowPartialTrustChain: true,
    checkServerIdentity(_host, { fingerprint256 }) {
      const presented = plainFingerprint(fingerprint256)
      return presented === pin ? undefined : mismatch(place, presented)
    },
  }
}

const mismatch = ({ host, port }: PeerPlace, fingerprint: string): PinMismatchError =>
  new PinMismatchError(
    `${host}:${port} shows another certificate than the pinned one. Ask its administrator whether it was changed; if so, pin the new one: SHA-256 ${shownFingerprint(fingerprint)}.`,
  )
