/** A query as PHP's `$_GET` has it, where that differs from other parsers. */
import { isUtf8 } from 'node:buffer'

const LONE_SURROGATE = '\ud800'
/** What PHP makes of a list, where text is expected. */
const ARRAY_AS_TEXT = 'Array'

/**
 * The last value of a parameter; null if there is none. One that is not UTF-8 has a lone surrogate, as no id has, so that it
 * is not taken for another.
 */
export function phpParameter(url: string, name: string): string | null {
  let value: string | null = null
  for (const part of queryOf(url).split('&')) {
    const end = part.indexOf('=')
    const [ownName, isList] = nameOf(decoded(end === -1 ? part : part.slice(0, end)))
    if (ownName !== name) continue
    value = isList ? ARRAY_AS_TEXT : textOf(decoded(end === -1 ? '' : part.slice(end + 1)))
  }
  return value
}

function queryOf(url: string): string {
  const [address = ''] = url.split('#', 1)
  const start = address.indexOf('?')
  return start === -1 ? '' : address.slice(start + 1)
}

/** The bytes as Latin-1, in which the target of a request is read. What is no valid `%XX` stays. */
const decoded = (text: string): string =>
  text.replaceAll('+', ' ').replaceAll(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))

/** The name of a variable, in Latin-1, and whether it names an element of a list. */
function nameOf(key: string): readonly [name: string, isList: boolean] {
  // The name ends with a NUL, as a text of C does.
  const [text = ''] = key.split('\0', 1)
  const [name = ''] = text.split('[', 1)
  // Without its end, the bracket is a part of the name.
  const isList = name !== text && text.includes(']', name.length)
  return [(isList ? name : text).replace(/^ +/, '').replaceAll(/[ .[]/g, '_'), isList]
}

function textOf(latin1: string): string {
  const bytes = Buffer.from(latin1, 'latin1')
  return isUtf8(bytes) ? bytes.toString() : `${LONE_SURROGATE}${latin1}`
}
