/**
 * `mailbell://connect?url=https%3A%2F%2Fmail.example.org%2F#token=…`: a link by which an administrator invites people to
 * a server. Any web page can contain such a link, so the syntax is strict, and opening it only shows a question. The token is in the
 * fragment, which browsers do not send and servers do not log (RFC 3986, section 3.5).
 */
import type { Invitation } from '../protocol/window-state.ts'
import { labelOf, parseServerUrl } from './server-url.ts'

export interface InvitationWithToken extends Invitation {
  readonly token: string
}

const SCHEME = 'mailbell:'
const MAX_LENGTH = 2048

export const isMailbellUrl = (text: string): boolean => text.toLowerCase().startsWith(SCHEME)

/** What a header field can carry: a bearer token (RFC 6750, section 2.1), or any other visible ASCII. */
export const isToken = (text: string): boolean => /^[\x21-\x7e]+$/.test(text)

/** Null for anything but an invitation, and for a server to which the token would travel in plain text. */
export function parseInvitation(text: string): InvitationWithToken | null {
  const link = parseUrl(text)
  if (link?.protocol !== SCHEME || link.hostname !== 'connect' || !['', '/'].includes(link.pathname)) return null
  if (link.username !== '' || link.password !== '' || link.port !== '') return null
  const url = onlyValue(link.searchParams, 'url')
  return url === null || /[?#]/.test(url) ? null : invitationOf(url, link)
}

/** An invitation, or the address of a server's page with its token, as `mailbell serve` prints it. */
export function parseInvitationOrPage(text: string): InvitationWithToken | null {
  const link = parseUrl(text.trim())
  return link !== null && /^https?:$/.test(link.protocol) ? invitationOf(text, link) : parseInvitation(text.trim())
}

const parseUrl = (text: string): URL | null => (text.length > MAX_LENGTH ? null : URL.parse(text))

function invitationOf(address: string, { hash }: URL): InvitationWithToken | null {
  const token = onlyValue(new URLSearchParams(hash.slice(1)), 'token')
  const server = parseServerUrl(address)
  if (token === null || !isToken(token) || server.kind === 'invalid') return null
  return { url: server.url, host: labelOf(server.url), token }
}

/** The value of this parameter if it is the only parameter and occurs once. */
const onlyValue = (parameters: URLSearchParams, name: string): string | null => (parameters.size === 1 ? parameters.get(name) : null)
