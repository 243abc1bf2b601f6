/** The avatar of a sender: initials of the name, and a hue that the address alone decides. */

/** Far enough apart to be told apart; the sheet with the tokens makes a pair of readable colours of each. */
export const HUES: readonly number[] = Array.from({ length: 12 }, (_, index) => index * 30)

/** Always the same for the same address, whatever its case. */
export function hueOf(address: string): number {
  let hash = 0
  for (const character of address.trim().toLowerCase()) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0
  return HUES[Math.abs(hash) % HUES.length] ?? 0
}

const segmenter = new Intl.Segmenter()
const firstCharacter = (text: string): string => [...segmenter.segment(text)][0]?.segment ?? ''
/** Scripts whose names are written with initials; elsewhere, such as in Hangul, the first character stands alone. */
const WITH_INITIALS = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}]/u

/** Of the first and the last word of a name, without what is neither letter nor digit; an emoji if there is nothing else; else `?`. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s,;]+/).flatMap((word) => word.match(/[\p{L}\p{N}].*/u) ?? [])
  const [first = '', last = ''] = [words[0], words.at(-1)]
  if (first === '') return firstCharacter(name.match(/\p{Extended_Pictographic}.*/u)?.[0] ?? '') || '?'
  const isSingle = words.length === 1 || !WITH_INITIALS.test(first) || !WITH_INITIALS.test(last)
  return [first, ...(isSingle ? [] : [last])].map((word) => firstCharacter(firstCharacter(word).toUpperCase())).join('')
}
