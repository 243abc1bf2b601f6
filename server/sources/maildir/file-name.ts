/** What the name of a file in a Maildir says (https://cr.yp.to/proto/maildir.html). */

export interface FileName {
  /** What stays when the flags change, and is never used twice. */
  readonly base: string
  /** What stands before the flags; empty where nothing does. */
  readonly separator: string
  /** One letter each, as they stand there. */
  readonly flags: string
  /** What some programs write behind the flags, from its comma on. */
  readonly more: string
}

/** A colon before the flags; where a name may hold none, a semicolon. `1,` is for experiments, and says nothing. */
const INFO = /^(.+?)([:;])(?:2,([^,]*)(.*)|1,.*)$/s

export function readFileName(name: string): FileName {
  const [, base = name, separator = '', flags = '', more = ''] = INFO.exec(name) ?? []
  return { base, separator, flags, more }
}

/** Names that begin with a dot are no mails. */
export const isMessageFileName = (name: string): boolean => !name.startsWith('.')

export const isSeen = ({ flags }: FileName): boolean => flags.includes('S')

/** Thrown away: kept only until somebody empties the trash. */
export const isTrashed = ({ flags }: FileName): boolean => flags.includes('T')

const USUAL_SEPARATOR = process.platform === 'win32' ? ';' : ':'

/** The name under which `cur` holds the same mail with one more flag; flags stand in the order of ASCII. */
export function withFlag({ base, separator, flags, more }: FileName, flag: string): string {
  const all = [...new Set(flags + flag)].toSorted().join('')
  return `${base}${separator || USUAL_SEPARATOR}2,${all}${more}`
}

/** When it was delivered, in microseconds: for the order only. 0 where the name does not say. */
export function arrivedUs(base: string): number {
  const [, seconds, micros = '0'] = /^(\d{1,10})\.(?:[^.]*?M(\d{1,6}))?/.exec(base) ?? []
  return seconds === undefined ? 0 : Number(seconds) * 1e6 + Number(micros)
}
