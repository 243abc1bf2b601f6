/**
 * Names of folders, on the wire and as text. Decoding loses information: servers list names that are not valid modified
 * UTF-7, or in another charset. So a folder is known by its name on the wire, and the text is only shown and compared.
 */
import type { ImapFlow } from 'imapflow'
import { decodeModifiedUtf7, encodeModifiedUtf7 } from '../lib/folders/modified-utf7.ts'
import { guessCharset } from '../lib/mail/charset.ts'

/** A folder's name as its server sends it; one character a byte. */
export type WireName = string & { readonly isWireName: true }

export const wireNameOf = (bytes: Buffer): WireName => bytes.toString('latin1') as WireName

export const INBOX = wireNameOf(Buffer.from('INBOX'))

// oxlint-disable-next-line no-control-regex
const IS_ASCII = /^[\0-\x7f]*$/

/** Converts the names of one connection. */
export interface NameCodec {
  decode(name: WireName): string
  encode(text: string): WireName
}

type Session = Pick<ImapFlow, 'enabled' | 'capabilities'>

/** Whether names are in UTF-8 (RFC 6855, RFC 9051), rather than in modified UTF-7. */
export function acceptsUtf8({ enabled, capabilities }: Session): boolean {
  const isRev2 = enabled.has('IMAP4REV2') || (capabilities.has('IMAP4rev2') && !capabilities.has('IMAP4rev1'))
  return isRev2 || enabled.has('UTF8=ACCEPT')
}

export function nameCodecOf(session: Session): NameCodec {
  const isUtf8 = acceptsUtf8(session)
  return {
    decode(name) {
      if (!IS_ASCII.test(name)) return guessCharset(Buffer.from(name, 'latin1'))
      const decoded = decodeModifiedUtf7(name)
      // Some servers enable UTF-8, and still list modified UTF-7.
      return isUtf8 && IS_ASCII.test(decoded) ? name : decoded
    },
    encode: (text) => wireNameOf(Buffer.from(isUtf8 ? text : encodeModifiedUtf7(text))),
  }
}
