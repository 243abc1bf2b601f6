/** What is used of `node:tls`. */
interface Tls {
  getCACertificates(type: 'default' | 'system'): string[]
  setDefaultCACertificates(certificates: readonly string[]): void
}

/**
 * Trusts the system's certificate authorities, for new connections of this process, in addition to Node's; a company adds its
 * own there. Reads some hundred certificates, which takes a tenth of a second.
 */
export function trustSystemCertificates(tls: Tls, log: { warn(fields: object, message: string): void }): void {
  try {
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])
  } catch (error) {
    log.warn({ reason: String(error) }, "the system's certificates cannot be read; only Node's own are trusted")
  }
}
