/** On one line, without the characters that reorder or hide text: what a stranger wrote must not pose as ours. */
export const plain = (text: string): string =>
  text
    .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim()

/** Cut at whole characters, so that no half of a pair or of a syllable is left. */
export function cut(text: string, most: number): string {
  const characters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment)
  return characters.length <= most
    ? text
    : `${characters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`
}

/** The name of a sender; the address where there is none. */
export function senderName(from: string): string {
  const text = plain(from)
  const open = text.lastIndexOf('<')
  if (open < 0 || !text.endsWith('>')) return text
  const name = text.slice(0, open).trim()
  return (
    (name.length > 1 && name.startsWith('"') && name.endsWith('"') ? name.slice(1, -1).trim() : name) || text.slice(open + 1, -1).trim()
  )
}
