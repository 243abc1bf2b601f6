/** What every source that speaks TLS hands to Node: the system's authorities, those of the config, or one pinned certificate. */
import { type ConnectionOptions, getCACertificates } from 'node:tls'
import { PinMismatchError } from '../errors.ts'
import { plainFingerprint, shownFingerprint } from './fingerprint.ts'
import { readPeerCertificate, type PeerPlace } from './peer.ts'

export { PEER_MS } from './peer.ts'

export interface Trust {
  /** PEM of certificate authorities that are trusted besides the system's. */
  readonly ca: string | undefined
  /** SHA-256 of the one certificate that is accepted, as 64 small hexadecimal digits; `ca` then does not count. */
  readonly pin: string | undefined
}

/** The authorities for `ca` of Node, or undefined for those it has by itself. */
export const authoritiesOf = (ca: string | undefined): string[] | undefined =>
  ca === undefined ? undefined : [...getCACertificates('default'), ca]

/**
 * Options for `tls.connect` (`tls` of imapflow, an agent of `node:https`). The certificate is always verified. One that
 * is pinned is first looked at without a word being said, and then is the only one that is trusted: exactly it is
 * accepted, for any name but not past its validity.
 * @throws PinMismatchError, or Node's error
 */
export async function tlsOptions(place: PeerPlace, { ca, pin }: Trust, signal: AbortSignal): Promise<ConnectionOptions> {
  const authorities = authoritiesOf(ca)
  if (pin === undefined) return { minVersion: 'TLSv1.2', ...(authorities && { ca: authorities }) }
  const { certificate } = await readPeerCertificate(place, undefined, signal)
  const shown = plainFingerprint(certificate.fingerprint256)
  if (shown !== pin) throw changed(place, shown)
  return {
    minVersion: 'TLSv1.2',
    ca: [certificate.toString()],
    // It need be neither an authority nor signed by itself to be where the chain ends.
    allowPartialTrustChain: true,
    checkServerIdentity(_host, { fingerprint256 }) {
      const seen = plainFingerprint(fingerprint256)
      return seen === pin ? undefined : changed(place, seen)
    },
  }
}

const changed = ({ host, port }: PeerPlace, shown: string): PinMismatchError =>
  new PinMismatchError(
    `${host}:${port} shows another certificate than the pinned one. Ask its administrator whether it was changed; if so, pin the new one: SHA-256 ${shownFingerprint(shown)}.`,
  )
