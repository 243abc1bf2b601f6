/** Tries a mailbox before it is saved, in separate steps, so that the failing one is known. */
import { errorTextOf } from '../../common/errors.ts'
import type { SourceContext } from '../sources/context.ts'
import { firstReport } from '../sources/first-report.ts'
import { toSourceError } from '../sources/imap/connection/errors.ts'
import { createSource, type SourceConfig } from '../sources/kinds.ts'
import { SourceError } from '../sources/source.ts'
import { endOf } from '../net/network.ts'
import { CERTIFICATE_TEXTS, certificateProblemOf } from '../net/tls/certificate.ts'
import { readPeerCertificate, type PeerPlace } from '../net/tls/peer.ts'
import { authoritiesOf } from '../net/tls/options.ts'
import type { CertificateView, TryStep, TryError } from '../../common/protocol/discovery.ts'

export type TryResult = { readonly ok: true; readonly unread: number } | { readonly ok: false; readonly error: TryError }

/** A source that connects to a mail server for one account. */
export type MailboxConfig = Extract<SourceConfig, { type: 'imap' | 'pop3' | 'jmap' }>

const TRY_MS = 90_000

/**
 * @param onStep called at the start of each step
 * @param cancelled ends the try
 */
export async function tryMailbox(
  config: MailboxConfig,
  context: SourceContext,
  onStep: (step: TryStep) => void,
  cancelled?: AbortSignal,
): Promise<TryResult> {
  const signal = AbortSignal.any([AbortSignal.timeout(TRY_MS), ...(cancelled ? [cancelled] : [])])
  let step: TryStep = 'find'
  const begin = (next: TryStep): void => {
    step = next
    onStep(next)
  }
  const fail = ({ code, message }: SourceError, certificate?: CertificateView): TryResult => ({
    ok: false,
    error: { step, code, message, ...(certificate && { certificate }) },
  })

  const place = placeOf(config)
  if (place) {
    try {
      const proxy = context.network.proxyFor(place.host, place.port)
      const peer = await readPeerCertificate({ ...place, proxy }, authoritiesOf(config.ca), signal, begin)
      const certificate = certificateProblemOf(peer, config.pin, Date.now())
      if (certificate) return fail(new SourceError('config', certificateText(place, certificate)), certificate)
    } catch (error) {
      if (signal.aborted) return fail(new SourceError('network', `${place.host}:${place.port} does not answer in time.`))
      return fail(toSourceError(error, { ...place, name: config.name, user: '', security: place.opening === 'tls' ? 'tls' : 'starttls' }))
    }
  }
  begin('sign-in')
  try {
    const { accounts, unreadable } = await firstReport(await createSource(config, context), signal)
    begin('folders')
    const [reason] = unreadable?.values() ?? []
    if (reason !== undefined) return fail(new SourceError('protocol', reason))
    return { ok: true, unread: accounts.reduce((sum, { unread }) => sum + unread, 0) }
  } catch (error) {
    const failure = error instanceof SourceError ? error : new SourceError('network', errorTextOf(error))
    // After an accepted login, these errors concern the folders.
    if (failure.code === 'config' || failure.code === 'protocol') begin('folders')
    return fail(failure)
  }
}

/** Null for an unencrypted connection, which is allowed to this machine only. */
function placeOf(config: MailboxConfig): PeerPlace | null {
  if (config.type === 'jmap') {
    const url = new URL(config.url)
    return url.protocol === 'https:' ? { ...endOf(url), opening: 'tls' } : null
  }
  const { type, host, port, security } = config
  return security === 'none' ? null : { host, port, opening: security === 'tls' ? 'tls' : `${type}-starttls` }
}

const COMPARE = 'compare its fingerprint with the one from its administrator'
const TEXTS = {
  ...CERTIFICATE_TEXTS,
  'unknown-authority': `${CERTIFICATE_TEXTS['unknown-authority']}; ${COMPARE}`,
  'wrong-name': `${CERTIFICATE_TEXTS['wrong-name']}, or ${COMPARE}`,
}

const certificateText = ({ host, port }: PeerPlace, { problem }: CertificateView): string =>
  `The certificate of ${host}:${port} ${TEXTS[problem]}.`
