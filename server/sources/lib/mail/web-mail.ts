/** Addresses of messages in the webmail of known providers. */
import { LIMITS } from '../../../../common/protocol/wire.ts'

/** Web ids are those of IMAP (X-GM-MSGID, 64 bits) in hexadecimal; "all" contains a message in any folder. */
export function gmailMailUrl(user: string, emailId: string): string | undefined {
  if (!/^\d{1,20}$/.test(emailId)) return undefined
  return `${gmailUrl(user)}#all/${BigInt(emailId).toString(16)}`
}

export const gmailInboxUrl = (user: string): string => `${gmailUrl(user)}#inbox`

export interface WebMail {
  readonly webUrl: string | undefined
  /** The user who signs in, where known. */
  readonly user?: string
}

/** A message by its Message-ID, where the webmail can search for it: `rfc822msgid:` at Gmail, `msgid:` at Fastmail. */
export function searchUrl({ webUrl = '', user }: WebMail, messageId: string | undefined): string | undefined {
  const origin = URL.parse(webUrl)?.origin
  const url = messageId === undefined ? '' : searchAt(origin, user, messageId)
  return url !== '' && url.length <= LIMITS.urlBytes ? url : undefined
}

function searchAt(origin: string | undefined, user: string | undefined, messageId: string): string {
  if (origin === 'https://app.fastmail.com') return `${origin}/mail/search:${encodeURIComponent(`msgid:${messageId}`)}/`
  if (origin !== 'https://mail.google.com' || user === undefined) return ''
  return `${gmailUrl(user)}#search/${encodeURIComponent(`rfc822msgid:${messageId}`)}`
}

/** Names the account, because a browser may be signed in to several. In POP3, a user may have the prefix `recent:`. */
const gmailUrl = (user: string): string =>
  `https://mail.google.com/mail/u/?authuser=${encodeURIComponent(user.replace(/^recent:/, '').toWellFormed())}`
