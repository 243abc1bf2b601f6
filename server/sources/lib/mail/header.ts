/** Sender, subject and date from the bytes of a message's header (RFC 5322). */
import libmime from 'libmime'
import { MessageId } from '../../../../common/protocol/wire.ts'
import { decodeWords } from './encoded-words.ts'
import { isoDate, readable } from '../../../platform/text.ts'

/** The fields that `readMessageHeader` uses. */
export const HEADER_FIELDS = ['FROM', 'SENDER', 'SUBJECT', 'DATE', 'MESSAGE-ID', 'CONTENT-TYPE'] as const

/** Longer fields are cut. */
const MAX_FIELD_LENGTH = 8_192
const MAX_DATE_LENGTH = 100
const MAX_ADDRESS_LENGTH = 320
const MAX_NAME_LENGTH = 500

/** @param header any bytes; the header may be cut anywhere */
export function readMessageHeader(header: Uint8Array) {
  const fields = fieldsOf(Buffer.from(header.buffer, header.byteOffset, header.byteLength).toString('latin1'))
  const { charset } = libmime.parseHeaderValue(fields.get('content-type') ?? '').params
  const written = new Date((fields.get('date') ?? '').slice(0, MAX_DATE_LENGTH))
  return {
    /** `Name <address>`, or one of the two; may be empty. */
    from: senderOf(fields.get('from') ?? fields.get('sender') ?? '', charset),
    subject: readable(decodeWords(fields.get('subject') ?? '', charset)),
    /** ISO 8601 in UTC; the time according to the sender. */
    date: isoDate(written),
    /** Without its angle brackets. */
    messageId: MessageId.safeParse(/<[^<>]*>/.exec(fields.get('message-id') ?? '')?.[0]).data,
  }
}

/** The first value of each field, unfolded (section 2.2.3). */
function fieldsOf(header: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  let name = ''
  for (const line of header.split(/\r?\n/)) {
    if (line === '') break
    const before = fields.get(name)
    if (/^[ \t]/.test(line)) {
      if (before !== undefined && before.length < MAX_FIELD_LENGTH) fields.set(name, (before + line).slice(0, MAX_FIELD_LENGTH))
      continue
    }
    const colon = line.indexOf(':')
    name = line.slice(0, Math.max(0, colon)).trim().toLowerCase()
    // The first field of a name counts: servers and mail programs show that one too.
    if (name === '' || fields.has(name)) name = ''
    else fields.set(name, line.slice(colon + 1, colon + 1 + MAX_FIELD_LENGTH).trim())
  }
  return fields
}

function senderOf(value: string, charset: string | undefined): string {
  const mailbox = firstMailbox(value)
  const name = readable(decodeWords(mailbox.name, charset)).replaceAll(/ +/g, ' ').slice(0, MAX_NAME_LENGTH).toWellFormed()
  const address = readable(decodeWords(mailbox.address, charset)).slice(0, MAX_ADDRESS_LENGTH).toWellFormed()
  if (address === '') return name
  // A name that contains an address may pretend to be another sender.
  if (name === '' || name.includes('@')) return address
  return `${/[<>"\\]/.test(name) ? `"${name.replaceAll(/["\\]/g, '\\$&')}"` : name} <${address}>`
}

const QUOTED = /"((?:[^"\\]|\\.)*)"/sy

/** The first mailbox of a list (section 3.4); encoded words in its name are not decoded yet. */
function firstMailbox(value: string): { readonly name: string; readonly address: string } {
  let phrase = ''
  let comment = ''
  let group = ''
  let canQuote = true
  for (let at = 0; at < value.length; at += 1) {
    const char = value.charAt(at)
    if (char === '"' && canQuote) {
      QUOTED.lastIndex = at
      const quoted = QUOTED.exec(value)
      // Without a closing quote, this and all further quotes are ordinary characters.
      canQuote = quoted !== null
      phrase += (quoted?.[1] ?? '').replaceAll(/\\(.)/gs, '$1')
      at += (quoted?.[0].length ?? 1) - 1
    } else if (char === '(') {
      const end = endOfComment(value, at)
      comment ||= value.slice(at + 1, end).replaceAll(/\\(.)/gs, '$1')
      at = end
    } else if (char === '<') {
      const end = value.indexOf('>', at)
      const route = value.slice(at + 1, end < 0 ? undefined : end)
      return { name: phrase.trim(), address: addressOf(route.replace(/^@[^:]*:/, '')) }
    } else if ((char === ',' || char === ';') && phrase.trim() !== '') break
    else if (char === ':' && !phrase.includes('@')) {
      group ||= phrase.trim()
      phrase = ''
    } else if (char !== ',' && char !== ';') phrase += char
  }
  const rest = phrase.trim()
  return rest.includes('@') ? { name: comment.trim(), address: addressOf(rest) } : { name: rest || group || comment.trim(), address: '' }
}

const addressOf = (text: string): string => text.replaceAll(/\s+/g, '')

/** The end of a comment; comments may be nested. */
function endOfComment(value: string, start: number): number {
  let depth = 0
  for (let at = start; at < value.length; at += 1) {
    const char = value.charAt(at)
    if (char === '\\') at += 1
    else if (char === '(') depth += 1
    else if (char === ')' && (depth -= 1) === 0) return at
  }
  return value.length
}
