/** Where webmail shows a mail: at the providers whose addresses are known, and at no other. */
import { LIMITS } from '../../../common/protocol/wire.ts'

/** The web's ids are those of IMAP (X-GM-MSGID, 64 bits) in hexadecimal; "all" has the mail wherever it is moved to. */
export function gmailMailUrl(user: string, emailId: string): string | undefined {
  if (!/^\d{1,20}$/.test(emailId)) return undefined
  return `${gmailUrl(user)}#all/${BigInt(emailId).toString(16)}`
}

export const gmailInboxUrl = (user: string): string => `${gmailUrl(user)}#inbox`

export interface WebMail {
  readonly webUrl: string | undefined
  /** Who signs in, where that is known. */
  readonly user?: string
}

/** A mail by its Message-ID, where the webmail finds one by that: `rfc822msgid:` at Gmail, `msgid:` at Fastmail. */
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

/** Somebody may be signed in with several accounts. Over POP3, `recent:` before the address asks for what all devices get. */
const gmailUrl = (user: string): string =>
  `https://mail.google.com/mail/u/?authuser=${encodeURIComponent(user.replace(/^recent:/, '').toWellFormed())}`
