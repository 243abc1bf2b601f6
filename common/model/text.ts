/** Makes text from a sender safe to show: it must not pass for the app's own text. */
import type { Folder } from '../protocol/wire.ts'
import type { Words } from '../words/words.ts'

const MAX_LENGTH = 300
const LINE_BREAKS_AND_CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu
/** Characters that reorder the text around them (Unicode Standard Annex 9, section 2). */
const BIDI_CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** At most `maxLength` UTF-16 units on one line, without characters that reorder text and without half a surrogate pair. */
export function plain(text: string, maxLength = MAX_LENGTH): string {
  const line = text
    .slice(0, maxLength)
    .replace(/\p{Cs}$/u, '')
    .toWellFormed()
    .replace(LINE_BREAKS_AND_CONTROLS, ' ')
    .replace(BIDI_CONTROLS, '')
    .trim()
  return text.length > maxLength ? `${line}…` : line
}

/** At most `maxCharacters` whole characters, as a person counts them (Unicode Standard Annex 29). */
export function cut(text: string, maxCharacters: number): string {
  const characters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment)
  if (characters.length <= maxCharacters) return text
  const start = characters.slice(0, maxCharacters - 1).join('')
  return `${start.trimEnd()}…`
}

/**
 * The display name of a `From` (RFC 5322, section 3.4), without its quotes, and the address. What does not end with an
 * address in angle brackets is both.
 */
export function senderOf(from: string): { readonly name: string; readonly address: string } {
  const text = from.trim()
  const start = text.lastIndexOf('<')
  const address = text.slice(start + 1, -1)
  if (start < 0 || !text.endsWith('>') || address.includes('>')) return { name: text, address: text }
  const name = text.slice(0, start).trimEnd()
  if (name.length > 1 && name.startsWith('"') && name.endsWith('"')) return { name: name.slice(1, -1).replaceAll(/\\(.)/gs, '$1'), address }
  return { name: name.includes('<') ? text : name, address }
}

/** The display name of a `From`, else the address; '' if there is neither. */
export function senderName(from: string): string {
  const { name, address } = senderOf(from)
  return plain(name) || plain(address)
}

const MAX_FOLDER_CHARACTERS = 60

/** The name of a folder: the inbox in the language of the user, every other by its path. */
export const folderName = ({ role, path }: Pick<Folder, 'role' | 'path'>, words: Words): string =>
  role === 'inbox' ? words.t('inbox') : plain(path, MAX_FOLDER_CHARACTERS)

/** For a reader of markup, which would take `&` or `<` as its own. */
export const escapeMarkup = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
