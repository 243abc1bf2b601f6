/** The SHA-256 of a certificate, as it is compared and as it is shown. */

/** `AB:CD:…` or `abcd…`, as small hexadecimal digits without anything between. */
export const plainFingerprint = (fingerprint: string): string => fingerprint.replaceAll(/[:\s]/g, '').toLowerCase()

/** `AB:CD:…`, as browsers and openssl show it. */
export const shownFingerprint = (plain: string): string => plain.toUpperCase().match(/../g)?.join(':') ?? ''
