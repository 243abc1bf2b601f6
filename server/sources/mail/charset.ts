/** Bytes of a mail's header as text, in whichever charset they are said, or look, to be. */
import { TextDecoder } from 'node:util'

/** Names that senders use and the Encoding Standard does not know, without case and punctuation. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ...['cp949', 'ms949', 'uhc', 'xwindows949', 'euckr', 'xeuckr', 'ksc5601', 'ksc56011987', 'ksc56011992'].map(
    (name) => [name, 'euc-kr'] as const,
  ),
  ...['cp932', 'ms932', 'windows932', 'shiftjis', 'sjis', 'xsjis'].map((name) => [name, 'shift_jis'] as const),
  ...['iso2022jp1', 'iso2022jp2', 'iso2022jp3', 'iso2022jpms', 'cp50220', 'cp50221', 'jis'].map((name) => [name, 'iso-2022-jp'] as const),
  ...['eucjp', 'eucjpms', 'cp51932'].map((name) => [name, 'euc-jp'] as const),
  ...['cp936', 'ms936'].map((name) => [name, 'gbk'] as const),
  ['cp950', 'big5'],
  ['utf8mb4', 'utf-8'],
])

const decoders = new Map<string, TextDecoder | null>()

function decoderOf(charset: string): TextDecoder | null {
  const bare = charset.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  const label = ALIASES.get(bare) ?? charset.trim()
  const known = decoders.get(label)
  if (known !== undefined) return known
  try {
    const decoder = new TextDecoder(label)
    decoders.set(label, decoder)
    return decoder
  } catch {
    // Not kept: a sender may name any number of them.
    return null
  }
}

/** Decodes what is said to be in `charset`; what is in no known charset is guessed. */
export function decodeCharset(bytes: Uint8Array, charset: string): string {
  if (/^(?:cs)?iso-?2022-?kr$/i.test(charset)) return fromIso2022Kr(bytes)
  const decoder = decoderOf(charset)
  return decoder ? decoder.decode(bytes) : guessCharset(bytes)
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })
const eucKr = new TextDecoder('euc-kr')
const strictEucKr = new TextDecoder('euc-kr', { fatal: true })
const strictShiftJis = new TextDecoder('shift_jis', { fatal: true })
const western = new TextDecoder('windows-1252')

/**
 * Decodes bytes that nobody names the charset of: some programs write headers so, against RFC 5322. UTF-8 is known by
 * its form; then `hint`, which the mail may say of its text, is believed; then what the bytes can be.
 */
export function guessCharset(bytes: Uint8Array, hint?: string): string {
  const escape = bytes.indexOf(0x1b)
  if (escape >= 0) {
    const [a, b] = [bytes[escape + 1], bytes[escape + 2]]
    if (a === 0x24 && b === 0x29) return fromIso2022Kr(bytes)
    if (a === 0x24 || a === 0x28) return decodeCharset(bytes, 'iso-2022-jp')
  }
  const utf8 = tryDecode(strictUtf8, bytes)
  if (utf8 !== null) return utf8
  const hinted = hint === undefined ? null : decoderOf(hint)
  if (hinted && hinted.encoding !== 'utf-8') return hinted.decode(bytes)
  // Only KS X 1001, where both bytes are high: a single accented letter of the West would pass for half of the rest.
  const korean = isPaired(bytes) ? tryDecode(strictEucKr, bytes) : null
  if (korean !== null) return korean
  const japanese = tryDecode(strictShiftJis, bytes)
  return japanese !== null && /[\u3041-\u30fe]/.test(japanese) ? japanese : western.decode(bytes)
}

function tryDecode(decoder: TextDecoder, bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

/** High bytes come in pairs. */
function isPaired(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += 1) {
    if ((bytes[at] ?? 0) < 0x80) continue
    if ((bytes[at] ?? 0) < 0xa1 || (bytes[at + 1] ?? 0) < 0xa1) return false
    at += 1
  }
  return true
}

/** ISO-2022-KR (RFC 1557), which the Encoding Standard left out: EUC-KR in 7 bits between SO and SI. */
function fromIso2022Kr(bytes: Uint8Array): string {
  const plain: number[] = []
  let shifted = false
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte === 0x0e) shifted = true
    else if (byte === 0x0f || byte === 0x0a) shifted = false
    // ESC $ ) C announces it.
    else if (byte === 0x1b && bytes[at + 1] === 0x24 && bytes[at + 2] === 0x29 && bytes[at + 3] === 0x43) at += 3
    else plain.push(shifted && byte > 0x20 ? byte | 0x80 : byte)
  }
  return eucKr.decode(Uint8Array.from(plain))
}
