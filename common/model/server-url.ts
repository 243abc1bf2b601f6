import { isLoopback, isSecureUrl } from './hosts.ts'

export type ServerUrl = { readonly kind: 'url'; readonly url: string } | { readonly kind: 'invalid'; readonly detail: string }

/**
 * The address of a remote server, as a user types it: without a scheme, it is https. The token travels with every
 * request, so http is for this machine alone (a server under test, or the end of an SSH tunnel).
 */
export function parseServerUrl(text: string): ServerUrl {
  const typed = text.trim()
  const url = URL.parse(withScheme(typed))
  if (!url || url.hostname === '') return invalid('This is not an address such as https://mail.example.org.')
  if (url.username !== '' || url.password !== '') return invalid('The address must not contain a user name or a password.')
  if (url.protocol === 'http:' && !isSecureUrl(url)) return invalid('Use https: the token would travel in plain text over http.')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return invalid('The address must start with https://.')
  return { kind: 'url', url: baseOf(url) }
}

/** The address of a server from that of its page: query and fragment are the page's own, which has the token there. */
export const baseOf = (url: URL): string => `${url.origin}${pathOf(url)}`

const pathOf = ({ pathname }: URL): string => pathname.replace(/(?<!\/)(?:\/index\.html)?\/*$/, '')

/** The displayed name of a server, such as `mail.example.org` or `127.0.0.1:6245`. @param url of a `ServerUrl` */
export const labelOf = (url: string): string => URL.parse(url)?.host ?? url

const invalid = (detail: string): ServerUrl => ({ kind: 'invalid', detail })

/**
 * Whether a link that a person pasted may be for the server or page at `base`. Without a scheme, it has that of `base`. The
 * names of this machine are one, and anywhere else they may be what the server there has printed about itself.
 */
export function mayLeadTo(address: string, base: string): boolean {
  const here = URL.parse(base)
  const to = URL.parse(withScheme(address, here?.protocol))
  if (!to || !here) return false
  if (isLoopback(to.hostname) && !isLoopback(here.hostname)) return true
  return placeOf(to) === placeOf(here)
}

const withScheme = (address: string, scheme = 'https:'): string =>
  /^[a-z][a-z\d+.-]*:\/\//i.test(address) ? address : `${scheme}//${address}`

function placeOf(url: URL): string {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return isLoopback(url.hostname) ? `${url.protocol} this machine ${port}${pathOf(url)}` : baseOf(url)
}
