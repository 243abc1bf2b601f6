/**
 * The address of a remote server, as a person types it. The token travels with every request, so only https will do;
 * http is for this machine alone (a server under test, or the end of an SSH tunnel).
 */
import { isSecureUrl } from './hosts.ts'

export type ServerUrl = { readonly kind: 'url'; readonly url: string } | { readonly kind: 'invalid'; readonly detail: string }

export function parseServerUrl(text: string): ServerUrl {
  const typed = text.trim()
  const url = URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`)
  if (!url || url.hostname === '') return invalid('This is not an address; it looks like https://mail.example.org.')
  if (url.username !== '' || url.password !== '') return invalid('The address must hold no user name and no password.')
  if (url.protocol === 'http:' && !isSecureUrl(url)) return invalid('Use https: the token would travel in plain text over http.')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return invalid('The address must begin with https://.')
  // What follows ? or # is no part of where a server is; the page's address holds its token there.
  return { kind: 'url', url: `${url.origin}${url.pathname.replace(/\/+$/, '')}` }
}

const invalid = (detail: string): ServerUrl => ({ kind: 'invalid', detail })
