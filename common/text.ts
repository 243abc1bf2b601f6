/** Texts of others, made safe to print or parsed, and texts with a number. */

/**
 * Runs of control characters, line breaks and bidirectional controls (Unicode Standard Annex 9, section 2), with which one
 * sender can pose as another, or change what a terminal shows.
 */
const UNSAFE = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu

/** On one line: a blank for each run of unsafe characters. */
export const withoutControls = (text: string): string => text.replaceAll(UNSAFE, ' ')

/** JSON for a terminal, of the same meaning: of the unsafe characters, JSON itself escapes only some. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(UNSAFE, (run) =>
    Array.from(run, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  )

/** `1 account`, `2 accounts`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

/** Undefined if the text is not JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
