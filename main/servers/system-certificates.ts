/** The certificates that the system trusts, besides those that Node brings: a company's own are among them. */
import tls from 'node:tls'
import type { Log } from '../system/log.ts'

/** For connections that are made from now on. Reads some hundred certificates, which takes a tenth of a second. */
export function trustSystemCertificates(log: Log): void {
  try {
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])
  } catch (error) {
    log.warn({ reason: String(error) }, "the system's certificates cannot be read; Node's own are trusted")
  }
}
