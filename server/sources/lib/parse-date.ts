/** Dates as databases, programs and web services write them, read as ISO 8601 in UTC. */
import { isoDate } from '../../platform/text.ts'

const MAX_LENGTH = 100

/**
 * ISO 8601, also in the forms of databases: a blank instead of the T, no seconds, a fraction of any length, and a zone such
 * as `Z`, `+00`, `-0330`, ` +02:00` or ` UTC`.
 */
const ISO =
  /^(\d{4})-?(\d\d)-?(\d\d)(?:(?:T| {1,2})(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d{1,12}))?)?)?(?: ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)(?: UTC)?)?)?$/i

/** RFC 5322, section 3.3. */
const RFC_5322 = /^(?:[a-z]{3}, ?)?\d{1,2} [a-z]{3} \d{4} \d\d:\d\d(?::\d\d)?(?: ?([+-]\d{4}|[a-z]{1,5}))?(?: \([^()]{0,20}\))?$/i

/** Of the year 5138 in seconds, and of 1973 in milliseconds. */
const MAX_SECONDS = 1e11
const MAX_MILLISECONDS = 1e14
const MAX_MICROSECONDS = 1e17

/**
 * Text, or seconds, milliseconds, microseconds or nanoseconds since 1970. A date without a zone is in UTC, as databases
 * store it: the machine's own zone would make the same row mean another time elsewhere. Undefined for what is no date.
 */
export function parseDate(value: unknown): string | undefined {
  if (typeof value === 'number') return isoDate(new Date(millisecondsOf(value)))
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return undefined
  const text = value.trim()
  const iso = ISO.exec(text)
  if (iso) return isoDate(new Date(isoMilliseconds(iso)))
  if (/^\d{9,19}(?:\.\d{1,12})?$/.test(text)) return isoDate(new Date(millisecondsOf(Number(text))))
  const rfc = RFC_5322.exec(text)
  return rfc ? isoDate(new Date(rfc[1] === undefined ? `${text} UTC` : text)) : undefined
}

function millisecondsOf(sinceEpoch: number): number {
  if (sinceEpoch < 0) return Number.NaN
  if (sinceEpoch < MAX_SECONDS) return sinceEpoch * 1e3
  if (sinceEpoch < MAX_MILLISECONDS) return sinceEpoch
  return sinceEpoch / (sinceEpoch < MAX_MICROSECONDS ? 1e3 : 1e6)
}

/** NaN where a part is out of range: months have their own lengths. */
function isoMilliseconds([
  ,
  year = '',
  month,
  day,
  hour = '00',
  minute = '00',
  second = '00',
  fraction = '0',
  zone,
]: RegExpExecArray): number {
  const date = `${year}-${month}-${day}`
  const midnight = Date.parse(`${date}T00:00:00Z`)
  // Date.parse takes 30 February for 1 March.
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(date)) return Number.NaN
  const milliseconds = fraction.slice(0, 3).padEnd(3, '0')
  // A leap second is the last one of its minute.
  const time = `${hour}:${minute}:${second === '60' ? '59' : second}.${milliseconds}`
  const [, sign, zoneHour = '00', zoneMinute = '00'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone ?? '') ?? []
  return Date.parse(`${date}T${time}${sign === undefined ? 'Z' : `${sign}${zoneHour}:${zoneMinute}`}`)
}
