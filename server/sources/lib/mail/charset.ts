/** Bytes of a message header as text, in the charset that is declared or, without one, guessed. */
import { TextDecoder } from 'node:util'
import { createDecodeStream, decode } from 'libmime/lib/charset.js'
import { FREQUENT_CHINESE, FREQUENT_KOREAN } from './frequent-characters.ts'

/** Names that senders use and libmime does not know; each is a superset that differs in rare characters only. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ...['uhc', 'x-windows-949', 'windows-949'].map((name) => [name, 'cp949'] as const),
  ...['cp50220', 'cp50221'].map((name) => [name, 'iso-2022-jp'] as const),
  ['cp51932', 'euc-jp'],
])

/** Decodes bytes that are declared to be in `charset`, or guesses where the charset is unknown. */
export function decodeCharset(bytes: Buffer, charset: string): string {
  if (/^(?:cs)?iso-?2022-?kr$/i.test(charset)) return decodeIso2022Kr(bytes)
  const name = ALIASES.get(charset.toLowerCase()) ?? charset
  return createDecodeStream(name).supported ? decode(bytes, name) : guessCharset(bytes)
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

const kana = /[\u3041-\u30fe]/
/** In order of precedence. All but Shift_JIS encode a character in two bytes with the high bit set. */
const CANDIDATES: readonly { readonly decoder: TextDecoder; readonly isPaired: boolean; isFrequent(character: string): boolean }[] = [
  { decoder: new TextDecoder('euc-kr', { fatal: true }), isPaired: true, isFrequent: (character) => FREQUENT_KOREAN.has(character) },
  { decoder: new TextDecoder('gbk', { fatal: true }), isPaired: true, isFrequent: (character) => FREQUENT_CHINESE.has(character) },
  { decoder: new TextDecoder('euc-jp', { fatal: true }), isPaired: true, isFrequent: (character) => kana.test(character) },
  { decoder: new TextDecoder('shift_jis', { fatal: true }), isPaired: false, isFrequent: (character) => kana.test(character) },
]

/**
 * Decodes raw 8-bit text, which some programs write into headers against RFC 5322. In this order:
 * 1. ISO-2022-KR and ISO-2022-JP, by their escape sequences;
 * 2. UTF-8, where the bytes are valid UTF-8: text in another charset almost never is;
 * 3. `hint`, the charset that the message declares for its body, unless that is ASCII or UTF-8;
 * 4. the candidate with the largest number of frequent characters;
 * 5. windows-1252, in which any bytes are text.
 */
export function guessCharset(bytes: Buffer, hint = ''): string {
  const escape = bytes.indexOf(0x1b)
  if (escape >= 0) {
    const [first, second] = bytes.subarray(escape + 1)
    if (first === 0x24 && second === 0x29) return decodeIso2022Kr(bytes)
    if (first === 0x24 || first === 0x28) return decode(bytes, 'iso-2022-jp')
  }
  const text = tryDecode(utf8, bytes)
  if (text !== null) return text
  if (hint !== '' && !/^(?:us-)?ascii$|^utf-?8/i.test(hint)) return decodeCharset(bytes, hint)
  let best = { text: decode(bytes, 'windows-1252'), score: 0 }
  for (const { decoder, isPaired, isFrequent } of CANDIDATES) {
    const candidate = isPaired && !hasOnlyPairs(bytes) ? null : tryDecode(decoder, bytes)
    const score = candidate === null ? 0 : [...candidate].filter(isFrequent).length
    if (candidate !== null && score > best.score) best = { text: candidate, score }
  }
  return best.text
}

function tryDecode(decoder: TextDecoder, bytes: Buffer): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

/** Whether all bytes with the high bit set come in pairs, unlike the accented letters of Western text. */
const hasOnlyPairs = (bytes: Buffer): boolean => /^(?:[\0-\x7f]|[\xa1-\xff]{2})*$/.test(bytes.toString('latin1'))

/** ISO-2022-KR (RFC 1557), which libmime does not know: EUC-KR in 7 bits between SO and SI, announced by `ESC $ ) C`. */
function decodeIso2022Kr(bytes: Buffer): string {
  const [ascii = '', ...parts] = bytes.toString('latin1').replaceAll('\x1b$)C', '').split('\x0e')
  const eucKr = parts.map((part) => {
    const [shifted = '', ...rest] = part.split('\x0f')
    return [shifted.replaceAll(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) | 0x80)), ...rest].join('')
  })
  return decode(Buffer.from(ascii + eucKr.join(''), 'latin1'), 'euc-kr')
}
