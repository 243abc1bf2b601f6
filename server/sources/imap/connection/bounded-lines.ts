/**
 * Keeps a server's line from holding the event loop. imapflow parses each line in one turn, a third of a second for some
 * megabytes, and walks every UID of a VANISHED response: a second for the sixteen million that a short line may name.
 */

/** A line of the server, with the literals in it. */
export interface Line {
  readonly payload: Buffer
  readonly literals: readonly Buffer[]
}

/** Of a line without a list of UIDs. Headers of messages are literals. */
const MAX_BYTES = 64 * 1024
/** What precedes the UIDs in a SEARCH or ESEARCH response. */
const UIDS_HEAD = /^\* (?:SEARCH|ESEARCH .{0,200}? ALL) +(?=\d)/i
const HEAD_BYTES = 300

/**
 * Lists removed messages for clients that enable QRESYNC (RFC 7162, section 3.2.10), which Mailbell does not: its UIDs are not
 * needed, and this stands for the line, so that the folder is counted again.
 */
const VANISHED = /^\* VANISHED /i
const SHORT_VANISHED: Line = { payload: Buffer.from('* VANISHED (EARLIER) 1'), literals: [] }

/** The line; a long list of UIDs in it is a literal. @throws an error with the code of imapflow where it is too long */
export function boundedLine(line: Line): Line {
  const { payload, literals } = line
  const head = payload.toString('latin1', 0, HEAD_BYTES)
  if (VANISHED.test(head)) return SHORT_VANISHED
  if (payload.length <= MAX_BYTES) return line
  const [uidsHead] = UIDS_HEAD.exec(head) ?? []
  const start = uidsHead?.length ?? 0
  const end = uidsHead === undefined ? 0 : endOfUids(payload, start)
  const tail = payload.subarray(end)
  if (tail.length > MAX_BYTES) throw Object.assign(new Error(`A line has ${payload.length} bytes.`), { code: 'LineTooLarge' })
  return {
    payload: Buffer.concat([Buffer.from(`${uidsHead}{${end - start}}\r\n`), tail]),
    literals: [payload.subarray(start, end), ...literals],
  }
}

/**
 * Behind the last digit, comma or colon; a blank is part of the list where such a byte follows. Only the end of a line is looked
 * at, so that a line of any length takes a fraction of a millisecond: what is in front of it is checked where it is read.
 */
function endOfUids(bytes: Buffer, start: number): number {
  let end = Math.max(start, bytes.length - MAX_BYTES - 1)
  for (let at = end; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte === 0x2c || (byte >= 0x30 && byte <= 0x3a)) end = at + 1
    else if (byte !== 0x20) break
  }
  return end
}
