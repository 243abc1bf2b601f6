/** What is used of `node:tls`. */
interface Tls {
  getCACertificates(type: 'default' | 'system'): string[]
  setDefaultCACertificates(certificates: readonly string[]): void
}

interface CertificateDeps {
  readonly tls: Tls
  /** `NODE_EXTRA_CA_CERTS`, which Node ignores in a packaged app. */
  readonly extraFile: string | undefined
  readonly readText: (path: string) => string
  readonly log: { warn(fields: object, message: string): void }
}

/** As OpenSSL writes and reads it. */
const CERTIFICATE = /-----BEGIN (X509 )?CERTIFICATE-----.*?-----END \1CERTIFICATE-----/gs

/**
 * Trusts the system's certificate authorities and those of a file, for new connections of this process, in addition to Node's;
 * a company adds its own there. Reads some hundred certificates, which takes a tenth of a second.
 */
export function trustCertificates({ tls, extraFile, readText, log }: CertificateDeps): void {
  const trust = (read: () => readonly string[], warning: string): void => {
    try {
      tls.setDefaultCACertificates([...tls.getCACertificates('default'), ...read()])
    } catch (error) {
      log.warn({ reason: String(error) }, warning)
    }
  }
  trust(() => tls.getCACertificates('system'), "the system's certificates cannot be read; only Node's own are trusted")
  if (extraFile)
    trust(() => certificatesIn(readText(extraFile)), 'the certificates of NODE_EXTRA_CA_CERTS cannot be read, and are not trusted')
}

function certificatesIn(text: string): readonly string[] {
  const certificates = text.match(CERTIFICATE)
  if (!certificates) throw new Error('The file contains no certificate in PEM format.')
  return certificates
}
