/**
 * `mailbell://connect?url=https%3A%2F%2Fmail.example.org%2F#token=…`: a link by which an administrator invites people to
 * a server. Any web page can contain such a link, so the syntax is strict, and opening it only shows a question.
 */
import type { Invitation } from '../protocol/window-state.ts'
import { type Credential, isToken } from '../protocol/credentials.ts'
import { credentialIn, withoutQuotes } from './credentials.ts'
import { labelOf, parseServerUrl } from './server-url.ts'

export type InvitationWithCredential = Invitation & { readonly credential: Credential }

export interface Pasted {
  readonly credential: Credential
  /** The address that a link leads to; null for a token alone. */
  readonly address: string | null
}

const SCHEME = 'mailbell:'
const MAX_LENGTH = 2048
/** Of the tokens that Mailbell makes: 256 bits in base64url. One in a text field has blanks for its line breaks. */
const TOKEN_LENGTH = 43
const MADE_TOKEN = /(?<![\w-])[\w-]{43}(?![\w-])/
const LINK = /(?:https?|mailbell):\/\/\S+/i
/** Chat programs encode the `#`. */
const HASH = /(?:#|%23)(?=(?:code|token)=)/i

export const isMailbellUrl = (text: string): boolean => text.toLowerCase().startsWith(SCHEME)

/** Null for anything but an invitation, and for a server to which the token would travel in plain text. */
export function parseInvitation(text: string): InvitationWithCredential | null {
  const link = text.length > MAX_LENGTH ? null : URL.parse(text)
  if (link?.protocol !== SCHEME || link.hostname !== 'connect' || !['', '/'].includes(link.pathname)) return null
  if (link.username !== '' || link.password !== '' || link.port !== '') return null
  const url = link.searchParams.size === 1 ? link.searchParams.get('url') : null
  return url === null || /[?#]/.test(url) ? null : invitationOf(url, credentialIn(link.hash))
}

/** What a person copied: a token or a link, with quotes, brackets, blanks or words around it. Null for anything else. */
export function parsePasted(text: string): Pasted | null {
  const copied = text.length > MAX_LENGTH ? '' : withoutQuotes(text.replaceAll(/\p{Cf}/gu, ''))
  const words = copied.split(/\s+/).map(withoutQuotes)
  const link = words.map(linkIn).find((found) => found !== null) ?? null
  const pasted = link === null ? parseToken(copied) : (link === words[0] && parseBroken(words, copied)) || parseLink(link)
  if (pasted) return pasted
  const token = words.map((word) => linkIn(word) === null && MADE_TOKEN.exec(word)?.[0]).find(Boolean)
  return token ? { credential: { token }, address: link } : null
}

/** Some programs copy a link without its scheme, or its fragment alone. */
const linkIn = (word: string): string | null => LINK.exec(word)?.[0] ?? (HASH.test(word) ? word : null)

/** A link that has been broken into lines, without the words that follow it. */
function parseBroken(words: readonly string[], text: string): Pasted | null {
  const joined = words.map((_, index) => parseLink(words.slice(0, index + 1).join('')))
  return joined.find((pasted) => pasted !== null && isWhole(pasted.credential)) ?? (/[\r\n]/.test(text) ? (joined.at(-1) ?? null) : null)
}

const isWhole = (credential: Credential): boolean => 'code' in credential || credential.token.length === TOKEN_LENGTH

function parseToken(text: string): Pasted | null {
  const token = withoutQuotes(text.replace(/^.*[:：]/s, '').replace(/^\s*bearer\s/i, ''))
  const joined = token.replaceAll(/\s/g, '')
  const isBroken = token.length > joined.length && (/[\r\n]/.test(token) || joined.length === TOKEN_LENGTH)
  return isToken(isBroken ? joined : token) ? { credential: { token: joined }, address: null } : null
}

/** An invitation, or a link to a server's page. */
export function parseInvitationOrPage(text: string): InvitationWithCredential | null {
  const pasted = parsePasted(text)
  return pasted?.address == null ? null : invitationOf(pasted.address, pasted.credential)
}

function parseLink(text: string): Pasted | null {
  if (isMailbellUrl(text)) {
    const invitation = parseInvitation(text)
    return invitation && { credential: invitation.credential, address: invitation.url }
  }
  const [address = '', fragment = ''] = text.split(HASH, 2)
  const credential = credentialIn(`#${fragment}`)
  return credential && { credential, address: /[^/]/.test(address) ? address : null }
}

function invitationOf(address: string, credential: Credential | null): InvitationWithCredential | null {
  const server = parseServerUrl(address)
  return credential === null || server.kind === 'invalid' ? null : { url: server.url, host: labelOf(server.url), credential }
}
