/** The names of files in a Maildir (https://cr.yp.to/proto/maildir.html). */

export interface FileName {
  /** The unique part, which stays when the flags change. */
  readonly base: string
  /** The character before the flags; empty without flags. */
  readonly separator: string
  /** One letter each. */
  readonly flags: string
  /** What some programs write behind the flags, with its comma. */
  readonly more: string
}

/** A colon before the flags, or a semicolon where names cannot contain one. `1,` is experimental, without a meaning. */
const INFO = /^(.+?)([:;])(?:2,([^,]*)(.*)|1,.*)$/s

export function readFileName(name: string): FileName {
  const [, base = name, separator = '', flags = '', more = ''] = INFO.exec(name) ?? []
  return { base, separator, flags, more }
}

/** Names that begin with a dot are no messages. */
export const isMessageFileName = (name: string): boolean => !name.startsWith('.')

export const isSeen = ({ flags }: FileName): boolean => flags.includes('S')

/** Marked for deletion. */
export const isTrashed = ({ flags }: FileName): boolean => flags.includes('T')

const DEFAULT_SEPARATOR = process.platform === 'win32' ? ';' : ':'

/** The name of the same message in `cur` with one more flag; flags are in ASCII order. */
export function withFlag({ base, separator, flags, more }: FileName, flag: string): string {
  const all = [...new Set(flags + flag)].toSorted().join('')
  return `${base}${separator || DEFAULT_SEPARATOR}2,${all}${more}`
}

/** The time of delivery in microseconds, for sorting only; 0 where the name has none. */
export function arrivedUs(base: string): number {
  const [, seconds, micros = '0'] = /^(\d{1,10})\.(?:[^.]*?M(\d{1,6}))?/.exec(base) ?? []
  return seconds === undefined ? 0 : Number(seconds) * 1e6 + Number(micros)
}
