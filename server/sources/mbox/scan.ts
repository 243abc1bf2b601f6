/**
 * Walks through an mbox, mail by mail, in bounded memory: of the mails' texts only their ends are looked for.
 *
 * A mail ends before a line that can begin one and stands behind an empty line. Where its header claims a length, and
 * such a line (or the end) is just there, that is believed instead (mboxcl2 quotes no such lines within a text).
 */
import { FROM_LINE_BYTES, isFromLine } from './from-line.ts'
import { type MessageStatus, newStatus, readStatusLine, STATUS_LINE_BYTES } from './status.ts'

/** A file, as far as it reaches for this walk. */
export interface Bytes {
  readonly size: number
  /** Exactly these bytes; nobody asks for what is beyond the size. */
  read(position: number, length: number): Promise<Buffer>
}

export interface ScannedMessage extends Readonly<MessageStatus> {
  /** Where its From line begins. */
  readonly start: number
  /** Where its header begins. */
  readonly header: number
  /** False where the file ends before the header does: it is still being written. */
  readonly isWhole: boolean
}

const CHUNK_BYTES = 256 * 1024
const CHUNK_LEAST_BYTES = 64
const SEPARATOR = Buffer.from('\nFrom ')
/** What must be seen of the line before, to know that it is empty. */
const BEFORE_BYTES = 3

/**
 * Calls `found` for each mail from `start` on, where one must begin.
 * @returns false where none begins there
 */
export async function scanMbox(bytes: Bytes, start: number, found: (mail: ScannedMessage) => void): Promise<boolean> {
  const view = createView(bytes)
  let next: number | null = start
  while (next !== null && next < bytes.size) {
    const from: number = next
    if (!(await beginsMail(view, from))) return false
    const header = (await view.lineEnd(from)) ?? bytes.size
    const status = newStatus()
    const text = await readHeader(view, header, status)
    found({ ...status, start: from, header, isWhole: text !== null })
    next = text === null ? null : await nextMail(view, text, status.contentLength)
  }
  return true
}

const beginsMail = async (view: View, position: number): Promise<boolean> => isFromLine(await view.line(position, FROM_LINE_BYTES))

/** Where the text begins; null where the header does not end. */
async function readHeader(view: View, header: number, status: MessageStatus): Promise<number | null> {
  for (let position = header; ;) {
    const end = await view.lineEnd(position)
    if (end === null) return null
    const line = await view.line(position, STATUS_LINE_BYTES)
    if (line === '') return end
    readStatusLine(line, status)
    position = end
  }
}

async function nextMail(view: View, text: number, contentLength: number | null): Promise<number | null> {
  if (contentLength !== null) {
    const claimed = await mailAt(view, text + contentLength)
    if (claimed !== null) return claimed
  }
  // Also a line right behind the header: the text may be empty.
  let position = text - BEFORE_BYTES
  for (;;) {
    const chunk = await view.chunk(position)
    for (let at = chunk.indexOf(SEPARATOR); at >= 0; at = chunk.indexOf(SEPARATOR, at + 1)) {
      const from = position + at + 1
      if (isBehindEmptyLine(chunk, at) && (await beginsMail(view, from))) return from
    }
    const end = position + chunk.length
    if (end >= view.size) return null
    position = end - SEPARATOR.length - BEFORE_BYTES
  }
}

/** The mail that begins at `position`, or behind one empty line there; the end of the file counts as one. */
async function mailAt(view: View, position: number): Promise<number | null> {
  if (position > view.size) return null
  if (position === view.size || (await beginsMail(view, position))) return position
  if ((await view.line(position, 1)) !== '') return null
  const behind = (await view.lineEnd(position)) ?? view.size
  return behind === view.size || (await beginsMail(view, behind)) ? behind : null
}

const LF = 0x0a
const CR = 0x0d

/** `at` is the line end before the line in question. */
const isBehindEmptyLine = (chunk: Buffer, at: number): boolean => chunk[at - 1] === LF || (chunk[at - 1] === CR && chunk[at - 2] === LF)

interface View {
  readonly size: number
  /** Bytes from there on: what is held of them, or a new chunk where that is too little. */
  chunk(position: number): Promise<Buffer>
  /** The line that begins there, without its end and what is beyond `most` bytes. */
  line(position: number, most: number): Promise<string>
  /** Where the line after it begins; null where the file ends before. */
  lineEnd(position: number): Promise<number | null>
}

/** Holds one chunk of the file. */
function createView(bytes: Bytes): View {
  let base = 0
  let held: Buffer = Buffer.alloc(0)

  async function from(position: number, least: number): Promise<Buffer> {
    const wanted = Math.min(position + least, bytes.size)
    if (position < base || wanted > base + held.length) {
      held = await bytes.read(position, Math.min(CHUNK_BYTES, bytes.size - position))
      base = position
    }
    return held.subarray(position - base)
  }

  return {
    size: bytes.size,
    chunk: (position) => from(position, CHUNK_LEAST_BYTES),
    async line(position, most) {
      const some = (await from(position, most)).subarray(0, most)
      const end = some.indexOf(LF)
      return some.toString('latin1', 0, end < 0 ? some.length : end).replace(/\r$/, '')
    },
    async lineEnd(position) {
      for (let start = position; start < bytes.size;) {
        const some = await from(start, 1)
        const end = some.indexOf(LF)
        if (end >= 0) return start + end + 1
        if (some.length === 0) return null
        start += some.length
      }
      return null
    },
  }
}
