import { isLoopback, isSecureUrl } from './hosts.ts'

export type ServerUrl = { readonly kind: 'url'; readonly url: string } | { readonly kind: 'invalid'; readonly detail: string }

/**
 * The address of a remote server, as a user types it: without a scheme, it is https. The token travels with every
 * request, so http is for this machine alone (a server under test, or the end of an SSH tunnel).
 */
export function parseServerUrl(text: string): ServerUrl {
  const typed = text.trim()
  const url = URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`)
  if (!url || url.hostname === '') return invalid('This is not an address such as https://mail.example.org.')
  if (url.username !== '' || url.password !== '') return invalid('The address must not contain a user name or a password.')
  if (url.protocol === 'http:' && !isSecureUrl(url)) return invalid('Use https: the token would travel in plain text over http.')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return invalid('The address must start with https://.')
  // The query and the fragment do not belong to the server's address; the page's address has the token there.
  return { kind: 'url', url: `${url.origin}${url.pathname.replace(/(?<!\/)\/+$/, '')}` }
}

/** The displayed name of a server, such as `mail.example.org` or `127.0.0.1:6245`. @param url of a `ServerUrl` */
export const labelOf = (url: string): string => URL.parse(url)?.host ?? url

const invalid = (detail: string): ServerUrl => ({ kind: 'invalid', detail })

/** Whether two addresses are of the same server or page. The names of this machine are one. */
export const leadsTo = (address: string, base: string): boolean => placeOf(address) === placeOf(base)

function placeOf(address: string): string | null {
  const url = URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(address) ? address : `https://${address}`)
  if (!url) return null
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const path = url.pathname.replace(/(?:\/index\.html)?\/?$/, '')
  return isLoopback(url.hostname) ? `${url.protocol} this machine ${port}${path}` : `${url.origin}${path}`
}
