/** An email address, as far as it says where its mailbox may be. */
import { domainToASCII } from 'node:url'

export interface Address {
  readonly full: string
  readonly local: string
  /** In lower case, with Punycode (`xn--…`) for names beyond ASCII. */
  readonly domain: string
}

/** Null for anything but an address with a domain. */
export function parseAddress(text: string): Address | null {
  const full = text.trim()
  const at = full.lastIndexOf('@')
  const local = full.slice(0, at)
  if (at < 1 || full.length > 254 || /[\s\p{Cc}\p{Cs}]/u.test(full)) return null
  const domain = domainToASCII(full.slice(at + 1).replace(/\.$/, '')).toLowerCase()
  return isHostName(domain) ? { full, local, domain } : null
}

/** A DNS name with a dot; not an IP address. */
export const isHostName = (name: string): boolean =>
  name.length <= 253 && /^(?:[a-z0-9_](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/i.test(name)

/**
 * The domains to which a mail exchanger may belong, the narrower first: `mx1.mail.example.org` gives `mail.example.org`
 * and `example.org`. Public suffixes (`co.kr`) are left out as far as their form shows it.
 */
export function parentDomains(host: string): string[] {
  const labels = host.toLowerCase().replace(/\.$/, '').split('.')
  const parents = labels.map((_, i) => labels.slice(i + 1).join('.')).filter((name) => isHostName(name))
  return parents.filter((name) => !/^(?:ac|co|com|edu|go|gov|gr|ne|net|or|org|re)\.[a-z]{2}$/.test(name)).slice(-2)
}

/** True for the domain itself too. */
export const isSubdomain = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`)
