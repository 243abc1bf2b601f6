/** A mail address, as far as it says where its mailbox may be. */
import { domainToASCII } from 'node:url'

export interface Address {
  readonly full: string
  readonly local: string
  /** In small letters, names beyond ASCII as `xn--…`. */
  readonly domain: string
}

/** Null for what is no address of a domain. */
export function parseAddress(text: string): Address | null {
  const full = text.trim()
  const at = full.lastIndexOf('@')
  const local = full.slice(0, at)
  if (at < 1 || full.length > 254 || /[\s\p{Cc}\p{Cs}]/u.test(full)) return null
  const domain = domainToASCII(full.slice(at + 1).replace(/\.$/, '')).toLowerCase()
  return isHostName(domain) ? { full, local, domain } : null
}

/** A name of the DNS with a dot in it; no address of the network. */
export const isHostName = (name: string): boolean =>
  name.length <= 253 && /^(?:[a-z0-9_](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/i.test(name)

/** True where `host` is the domain itself or below it. */
export const isWithin = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`)
