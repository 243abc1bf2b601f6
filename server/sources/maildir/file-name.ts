/** The names of files in a Maildir (https://cr.yp.to/proto/maildir.html). */

export interface FileName {
  /** The unique part, which stays when the flags change. */
  readonly base: string
  /** The characters before `2,` and the flags; empty without flags. */
  readonly separator: string
  /** One letter each. */
  readonly flags: string
  /** What some programs write behind the flags, with its comma. */
  readonly more: string
  /** Whether all of it has a known meaning: only then may the name change. */
  readonly isClear: boolean
}

/**
 * A colon before the flags. Where names cannot contain one: `;` (mbsync, go-maildir), `!` (mbsync, OfflineIMAP, Python), and
 * what Samba, Cygwin and WSL write instead of a colon.
 */
const SEPARATOR = '[:;!\\uf022\\uf03a]'
/** The last one decides, as for Dovecot, mutt and Python. */
const INFO = new RegExp(`^(.+)(${SEPARATOR})2,([^,]*)(.*)$`, 's')
/** A hyphen is also in names of hosts, so that only letters may follow. */
const HYPHEN_INFO = /^([^:;!\uf022\uf03a]+)(-)2,([A-Za-z]*)()$/
/** Experimental, without a meaning. */
const OTHER_INFO = new RegExp(`^(.+?)(${SEPARATOR})1,`, 's')
/** The beginning of flags, or a colon, in a unique part. */
const UNCLEAR = new RegExp(`:|${SEPARATOR}\\d`)

export function readFileName(name: string): FileName {
  const found = INFO.exec(name) ?? HYPHEN_INFO.exec(name)
  if (found) {
    const [, head = '', separator = '', flags = '', more = ''] = found
    const isClear = !UNCLEAR.test(head) && !UNCLEAR.test(more) && /^[A-Za-z]*$/.test(flags)
    return { base: isClear ? head : beforeInfo(head), separator, flags, more, isClear }
  }
  const [, base = name, separator = ''] = OTHER_INFO.exec(name) ?? []
  return { base, separator, flags: '', more: '', isClear: separator === '' && !UNCLEAR.test(name) }
}

/** A program that did not know the flags may have added others behind them. */
function beforeInfo(name: string): string {
  const at = name.search(UNCLEAR)
  return at > 0 ? name.slice(0, at) : name
}

/** Names that begin with a dot are no messages. */
export const isMessageFileName = (name: string): boolean => !name.startsWith('.')

export const isSeen = ({ flags }: FileName): boolean => flags.includes('S')

/** Marked for deletion. */
export const isTrashed = ({ flags }: FileName): boolean => flags.includes('T')

const DEFAULT_SEPARATOR = process.platform === 'win32' ? ';' : ':'

/** The separator that the owner's programs use; undefined where none of the names shows it. */
export function separatorOf(names: readonly string[]): string | undefined {
  for (const name of names) {
    const { isClear, separator } = readFileName(name)
    if (isClear && separator !== '') return separator
  }
  return undefined
}

/**
 * The name of the same message in `cur` with one more flag; flags are in ASCII order.
 * @param separator for a name without one
 */
export function withFlag({ base, separator: own, flags, more }: FileName, flag: string, separator = DEFAULT_SEPARATOR): string {
  const all = [...new Set(flags + flag)].toSorted().join('')
  return `${base}${own || separator}2,${all}${more}`
}

/** The time of delivery in microseconds, for sorting only; 0 where the name has none. */
export function arrivedUs(base: string): number {
  const [, seconds, micros = '0'] = /^(\d{1,10})\.(?:[^.]*?M(\d{1,6}))?/.exec(base) ?? []
  return seconds === undefined ? 0 : Number(seconds) * 1e6 + Number(micros)
}
