/**
 * Pure: `mailbell://connect?url=https%3A%2F%2Fmail.example.org%2F#token=…`, a link by which whoever runs a server hands
 * it out. It may come from any page of the web, so it is strict, and only asks: nothing is connected by it alone. The
 * token stands behind the # since browsers and servers leave that part out of what they send and log.
 */
import { isSecureUrl } from './hosts.ts'

export interface InvitationLink {
  readonly url: string
  /** Host and port, for showing. */
  readonly host: string
  readonly token: string
}

const SCHEME = 'mailbell:'
const MAX_LENGTH = 2048
/** The syntax of a bearer token (RFC 6750), bounded. */
const TOKEN = /^[\w\-.~+/]{1,512}={0,2}$/

export const isLink = (text: string): boolean => text.toLowerCase().startsWith(SCHEME)

/** Null where it is not exactly one of ours. */
export function parseInvitation(text: string): InvitationLink | null {
  if (text.length > MAX_LENGTH) return null
  const link = URL.parse(text)
  if (link?.protocol !== SCHEME || link.hostname !== 'connect' || !['', '/'].includes(link.pathname)) return null
  if (link.username !== '' || link.password !== '' || link.port !== '') return null
  const url = onlyValue(link.searchParams, 'url')
  const token = onlyValue(new URLSearchParams(link.hash.slice(1)), 'token')
  const server = url === null ? null : URL.parse(url)
  if (!server || token === null || !TOKEN.test(token) || !isSafe(server)) return null
  return { url: `${server.origin}${server.pathname.replace(/\/+$/, '')}`, host: server.host, token }
}

/** Of parameters of which there must be this one alone, and once. */
function onlyValue(parameters: URLSearchParams, name: string): string | null {
  return parameters.size === 1 ? parameters.get(name) : null
}

/** The token travels with every request: over https, or within this machine. */
function isSafe(url: URL): boolean {
  return [url.username, url.password, url.search, url.hash].every((part) => part === '') && isSecureUrl(url)
}
