/** Texts from files, and those of a message, safe to show: on one line, without control characters, and of limited length. */
import { isUtf8 } from 'node:buffer'
import { withoutControls } from '../../common/text.ts'
import { LIMITS } from '../../common/protocol/wire.ts'

/** Decoded as UTF-8; null for what is no text in UTF-8, such as Latin-1 or UTF-16. */
export const utf8Of = (bytes: Buffer): string | null => (isUtf8(bytes) && !bytes.includes(0) ? bytes.toString() : null)

export function readable(text: string): string {
  return withoutControls(text.slice(0, 4 * LIMITS.textLength))
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
