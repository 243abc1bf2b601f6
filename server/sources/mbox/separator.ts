/**
 * Which lines of an mbox begin a message (RFC 4155; qmail's mbox(5)). Programs write anything behind `From `, do not always
 * quote such lines in a text, and leave out the empty line before them; what follows decides: a header.
 */

/** Where a line is: at the start of the file, behind an empty line or a message's known end, or directly behind another line. */
export type Place = 'start' | 'boundary' | 'text'

/** Bytes from the line on that decide. */
export const DECISIVE_BYTES = 8 * 1024

/** No From line is longer. */
const MAX_LINE_BYTES = 1024
/** Some programs write several From lines before a header, with or without a quote. */
const MAX_FROM_LINES = 3

const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'
const DATE = `(?:${MONTH}[ \\t]+\\d{1,2}|\\d{1,2}[ \\t]+${MONTH})`
/** Some programs leave the seconds out, and write a time zone before or behind the year. */
const TIME = '\\d{1,2}:\\d\\d(?::\\d\\d)?'
const ZONE = '(?:[A-Z]{1,5}|[+-]\\d{4})'
const DATED_LINE = new RegExp(
  `^From (?:.*[ \\t])?${DAY},?[ \\t]+${DATE},?[ \\t]+(?:${TIME}(?:[ \\t]+${ZONE}){0,2}[ \\t]+\\d{4}|\\d{4}[ \\t]+${TIME})(?:[ \\t]|$)`,
)

/**
 * Whether a From line has a time, as asctime() or RFC 5322 write it, or with the year before the time. Such a line begins a
 * message also where its header is empty.
 */
export const isDated = (line: string): boolean => DATED_LINE.test(line)

/** A From line without a sentence: nothing, `-`, or an address. */
const ENVELOPE = /^From (?:-?[ \t]*$|[^ \t]*@)/

const LF = 0x0a
const FIELD = /^[!-9;-~]+[ \t]*:/
const FIELD_START = /^[!-9;-~]*[ \t]*$/
const KNOWN_FIELD =
  /^(?:from|to|cc|date|subject|sender|reply-to|message-id|received|return-path|delivered-to|mime-version|status|content-[\w-]+|x-[\w-]+)[ \t]*:/i

/**
 * Whether the bytes begin with a message, judged by its From line and the two header fields behind it.
 * @param bytes up to DECISIVE_BYTES; fewer at the end of the file
 */
export function beginsMessage(bytes: Buffer, place: Place): boolean {
  const [from = '', ...following] = firstLines(bytes)
  if (!from.startsWith('From ')) return false
  const fields = following.filter((line) => FIELD.test(line))
  const endsWithOther = following.length > fields.length && following.at(-1) !== ''
  if (place === 'start' && (isDated(from) || ENVELOPE.test(from))) return true
  if (fields.length > 1) return true
  if (fields.length === 0) return place === 'boundary' && !endsWithOther && isDated(from)
  if (isDated(from)) return true
  const isKnown = !endsWithOther && fields.some((line) => KNOWN_FIELD.test(line))
  return isKnown && (place !== 'text' || ENVELOPE.test(from))
}

/** The From line, and what follows: up to two fields without their folded lines, or the line that is none. */
function firstLines(bytes: Buffer): readonly string[] {
  const lines: string[] = []
  let froms = 0
  for (let start = 0; start < bytes.length && lines.length < 3;) {
    const end = bytes.indexOf(LF, start)
    const line = bytes.toString('latin1', start, Math.min(end < 0 ? bytes.length : end, start + MAX_LINE_BYTES)).replace(/\r$/, '')
    // The file ends within this line, which may become a field.
    const isCut = end < 0 && lines.length > 0 && FIELD_START.test(line)
    const isFolded = lines.length > 1 && /^[ \t]/.test(line)
    const isRepeated = lines.length === 1 && /^>?From /.test(line) && ++froms < MAX_FROM_LINES
    if (!isCut && !isFolded && !isRepeated) {
      lines.push(line)
      if (lines.length > 1 && !FIELD.test(line)) break
    }
    start = end < 0 ? bytes.length : end + 1
  }
  return lines
}
