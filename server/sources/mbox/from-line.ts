/**
 * The line that begins each message of an mbox (RFC 4155, appendix A; qmail's mbox(5)): `From `, the sender, and the time
 * as asctime() writes it. The time tells it from a line of a text that begins with "From ".
 */

/** No From line is longer. */
export const MAX_FROM_LINE_BYTES = 1024

const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'
/** Some programs write a time zone before or behind the year, and some leave the seconds out. */
const ZONE = '(?:[A-Z]{1,5}|[+-]\\d{4})'
const FROM_LINE = new RegExp(`^From (?:.* )?${DAY},? +${MONTH} +\\d{1,2} +\\d{1,2}:\\d\\d(?::\\d\\d)?(?: +${ZONE}){0,2} +\\d{4}(?: |$)`)

export const isFromLine = (line: string): boolean => FROM_LINE.test(line)
