/** The texts of a mail, as a person reads them: on one line, harmless, and bounded. */
import { LIMITS } from '../../common/protocol/wire.ts'

/** Controls, line ends and what turns the direction of writing around, which can make a sender look like another. */
const UNWANTED = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu

export function readable(text: string): string {
  return text
    .slice(0, 4 * LIMITS.textLength)
    .replaceAll(UNWANTED, ' ')
    .trim()
    .slice(0, LIMITS.textLength)
    .toWellFormed()
}

/** ISO 8601 in UTC; undefined for what is no date, or one that is out of reach. */
export function isoDate(value: unknown): string | undefined {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) return undefined
  const year = value.getUTCFullYear()
  return year >= 0 && year <= 9999 ? value.toISOString() : undefined
}
