import tls from 'node:tls'

/**
 * Trusts what the system trusts, besides the authorities that Node brings: a company's own are among them.
 * @throws Error where the system's cannot be read
 */
export function trustSystemCertificates(): void {
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])
}
