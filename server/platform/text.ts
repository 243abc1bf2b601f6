/** The texts of a message, safe to show: on one line, without control characters, and of limited length. */
import { LIMITS } from '../../common/protocol/wire.ts'

/** Control characters, line breaks and bidirectional controls, with which one sender can pose as another. */
const UNSAFE = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu

export function readable(text: string): string {
  return text
    .slice(0, 4 * LIMITS.textLength)
    .replaceAll(UNSAFE, ' ')
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
