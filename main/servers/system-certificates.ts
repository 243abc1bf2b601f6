/** Trusts the system's certificate authorities in addition to Node's; a company adds its own there. */
import tls from 'node:tls'
import type { Log } from '../system/log.ts'

/** For new connections. Reads some hundred certificates, which takes a tenth of a second. */
export function trustSystemCertificates(log: Log): void {
  try {
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])
  } catch (error) {
    log.warn({ reason: String(error) }, "the system's certificates cannot be read; only Node's own are trusted")
  }
}
