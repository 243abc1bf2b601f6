/** The texts of a mail's header, as a person reads them: on one line, harmless, and bounded. */
import { LIMITS } from '../protocol.ts'

const eucKr = new TextDecoder('euc-kr')

/** ESC $ ) C, which announces Korean in ISO-2022-KR (RFC 1557). */
const DESIGNATOR = '\u001b$)C'
// oxlint-disable-next-line no-control-regex
const SHIFTED = /\u000e([^\u000e\u000f]*)\u000f?/gu

/**
 * Decodes ISO-2022-KR, which is EUC-KR in 7 bits between the characters SO and SI. The client library knows no such
 * charset, and hands its bytes on untouched.
 */
function fromIso2022Kr(text: string): string {
  if (!text.includes(DESIGNATOR)) return text
  return text
    .replaceAll(DESIGNATOR, '')
    .replaceAll(SHIFTED, (_, korean: string) => eucKr.decode(Uint8Array.from(korean, (unit) => unit.charCodeAt(0) | 0x80)))
}

/** Controls, line ends and what turns the direction of writing around, which can make a sender look like another. */
const UNWANTED = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu

export function readable(text: string): string {
  return fromIso2022Kr(text).replaceAll(UNWANTED, ' ').trim().slice(0, LIMITS.textLength).toWellFormed()
}

/** ISO 8601 in UTC; undefined for what is no date, or one that is out of reach. */
export function isoDate(value: unknown): string | undefined {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) return undefined
  const year = value.getUTCFullYear()
  return year >= 0 && year <= 9999 ? value.toISOString() : undefined
}
