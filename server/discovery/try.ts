/** Tries a mailbox before it is kept, one step after the other, so that what fails can be told from what works. */
import type { SourceConfig } from '../sources/kinds.ts'
import type { SourceContext } from '../sources/context.ts'
import { firstReport } from '../sources/first-report.ts'
import { toSourceError } from '../sources/imap/connection/errors.ts'
import { createSource } from '../sources/kinds.ts'
import { SourceError } from '../sources/source.ts'
import { certificateProblemOf } from '../net/tls/certificate.ts'
import { readPeerCertificate, type PeerPlace } from '../net/tls/peer.ts'
import { authoritiesOf } from '../net/tls/options.ts'
import type { CertificateView, TryStep, TryError } from '../../common/protocol/discovery.ts'

export type TryResult = { readonly ok: true; readonly unread: number } | { readonly ok: false; readonly trouble: TryError }

/** A kind that asks a mail server of somebody's for one account. */
export type MailboxConfig = Extract<SourceConfig, { type: 'imap' | 'pop3' | 'jmap' }>

/** @param onStep told when each step begins. */
export async function tryMailbox(
  config: MailboxConfig,
  context: SourceContext,
  signal: AbortSignal,
  onStep: (step: TryStep) => void,
): Promise<TryResult> {
  let step: TryStep = 'find'
  const begin = (next: TryStep): void => {
    step = next
    onStep(next)
  }
  const fail = ({ code, message }: SourceError, certificate?: CertificateView): TryResult => ({
    ok: false,
    trouble: { step, code, message, ...(certificate && { certificate }) },
  })

  const place = placeOf(config)
  if (place) {
    try {
      const peer = await readPeerCertificate(
        { ...place, proxy: context.network.proxyFor(place.host, place.port) },
        authoritiesOf(config.ca),
        signal,
        begin,
      )
      const certificate = certificateProblemOf(peer, config.pin, Date.now())
      if (certificate) return fail(new SourceError('config', certificateWords(place, certificate)), certificate)
    } catch (error) {
      if (signal.aborted) return fail(new SourceError('network', `${place.host}:${place.port} does not answer in time.`))
      return fail(toSourceError(error, { ...place, name: config.name, user: '', security: place.opening === 'tls' ? 'tls' : 'starttls' }))
    }
  }
  begin('sign-in')
  try {
    const { accounts, unreadable } = await firstReport(createSource(config, context), signal)
    begin('folders')
    const [reason] = unreadable?.values() ?? []
    if (reason !== undefined) return fail(new SourceError('protocol', reason))
    return { ok: true, unread: accounts.reduce((sum, { unread }) => sum + unread, 0) }
  } catch (error) {
    const why = error instanceof SourceError ? error : new SourceError('network', error instanceof Error ? error.message : String(error))
    // A server that lets one in and then says no speaks of folders.
    if (why.code === 'config' || why.code === 'protocol') begin('folders')
    return fail(why)
  }
}

/** Null where the connection is not encrypted, which is allowed to this machine alone. */
function placeOf(config: MailboxConfig): PeerPlace | null {
  if (config.type === 'jmap') {
    const { protocol, hostname, port } = new URL(config.url)
    // An address of IPv6 stands in brackets.
    const host = hostname.replace(/^\[(.*)\]$/, '$1')
    return protocol === 'https:' ? { host, port: port === '' ? 443 : Number(port), opening: 'tls' } : null
  }
  const { type, host, port, security } = config
  return security === 'none' ? null : { host, port, opening: security === 'tls' ? 'tls' : `${type}-starttls` }
}

const PROBLEM_WORDS: Readonly<Record<CertificateView['problem'], string>> = {
  'unknown-authority': 'is vouched for by nobody that this system knows; compare its fingerprint with what whoever runs the server says',
  'wrong-name': 'is for another name; check the host, or compare its fingerprint with what whoever runs the server says',
  changed: 'is not the pinned one; ask whoever runs the server whether it was changed',
  expired: 'has expired; whoever runs the server must renew it (or the clock here is wrong)',
  'not-yet-valid': 'is not valid yet; the clock here or there is wrong',
  revoked: 'was revoked; whoever runs the server must replace it',
  other: 'cannot be verified; whoever runs the server must replace it',
}

const certificateWords = ({ host, port }: PeerPlace, { problem }: CertificateView): string =>
  `The certificate of ${host}:${port} ${PROBLEM_WORDS[problem]}.`
