/** The modified UTF-7 of folder names (RFC 3501, section 5.1.3), on the wire and on disk. */

const PRINTABLE = /^[\x20-\x7e]*$/

/** Text in ASCII, and `&…-` for all else. */
export const encodeModifiedUtf7 = (text: string): string =>
  text.replaceAll('&', '&-').replaceAll(/[^\x20-\x7e]+/g, (run) => `&${toBase64(Buffer.from(run, 'utf16le').swap16())}-`)

/** With a comma for the slash, and without padding. */
const toBase64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '').replaceAll('/', ',')

/** A name that is not valid modified UTF-7, or hides control characters, stays as it is: some programs write a bare ampersand. */
export function decodeModifiedUtf7(name: string): string {
  if (!name.includes('&') || !PRINTABLE.test(name)) return name
  const [first = '', ...rest] = name.split('&')
  let decoded = first
  for (const part of rest) {
    const end = part.indexOf('-')
    const shifted = end < 0 ? null : decodeShifted(part.slice(0, end))
    if (shifted === null) return name
    decoded += shifted + part.slice(end + 1)
  }
  return decoded.isWellFormed() && !/\p{Cc}/u.test(decoded) ? decoded : name
}

/** What stands between `&` and `-`: nothing for an ampersand, else UTF-16 in base64. */
function decodeShifted(text: string): string | null {
  if (text === '') return '&'
  const bytes = Buffer.from(text.replaceAll(',', '/'), 'base64')
  return bytes.length % 2 === 0 && toBase64(bytes) === text ? bytes.swap16().toString('utf16le') : null
}
