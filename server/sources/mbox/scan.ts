/**
 * Scans an mbox in bounded memory, message by message; of the texts it looks only for their ends.
 *
 * A message ends before the next line that begins one. Where its header names a length, and such a line (or the end of the
 * file) is exactly there, the length is used instead, because mboxcl2 does not quote From lines in a text.
 */
import { createTurnLimit } from '../../platform/turns.ts'
import { beginsMessage, DECISIVE_BYTES, type Place } from './separator.ts'
import { type MessageStatus, newStatus, readStatusLine, MAX_STATUS_LINE_BYTES } from './status.ts'

/** The bytes of a file, up to a fixed size. */
export interface Bytes {
  readonly size: number
  /** Exactly these bytes, all within the size. */
  read(position: number, length: number): Promise<Buffer>
}

export interface ScannedMessage extends Readonly<MessageStatus> {
  /** The position of its From line. */
  readonly start: number
  /** The position of its header. */
  readonly header: number
  /** False where the file ends before the header does. */
  readonly isComplete: boolean
}

const CHUNK_BYTES = 256 * 1024
const MIN_CHUNK_BYTES = 64
/** Of a chunk, in one turn of the event loop: some milliseconds. A message takes some ten. */
const READS_PER_TURN = 2_000
const SEPARATOR = Buffer.from('\nFrom ')
/** Bytes that show whether the line before is empty. */
const BEFORE_BYTES = 3

/** Calls `onMessage` for each message from `start` on; gives false where none begins there. */
export async function scanMbox(bytes: Bytes, start: number, onMessage: (message: ScannedMessage) => void): Promise<boolean> {
  const view = createView(bytes)
  let next: number | null = start === 0 ? await firstMessage(view) : start
  if (next < bytes.size && !(await isMessageAt(view, next, start === 0 ? 'start' : 'boundary'))) return false
  while (next !== null && next < bytes.size) {
    const from: number = next
    const header = (await view.lineEnd(from)) ?? bytes.size
    const status = newStatus()
    const end = await readHeader(view, header, status)
    onMessage({ ...status, start: from, header, isComplete: end !== null })
    if (end === null) return true
    next = end.isNextMessage ? end.position : await nextMessage(view, end.position, status.contentLength)
  }
  return true
}

const isMessageAt = async (view: View, position: number, place: Place): Promise<boolean> =>
  beginsMessage(await view.bytes(position, DECISIVE_BYTES), place)

/** Behind the empty lines that some programs leave when they remove messages. */
async function firstMessage(view: View): Promise<number> {
  let position = 0
  while (position < Math.min(view.size, DECISIVE_BYTES) && (await view.line(position, 2)) === '')
    position = (await view.lineEnd(position)) ?? view.size
  return position
}

interface HeaderEnd {
  /** Of the text, or of the next message where the header ends without an empty line. */
  readonly position: number
  readonly isNextMessage: boolean
}

/** Null where the header does not end. */
async function readHeader(view: View, header: number, status: MessageStatus): Promise<HeaderEnd | null> {
  for (let position = header; ;) {
    const end = await view.lineEnd(position)
    if (end === null) return null
    const line = await view.line(position, MAX_STATUS_LINE_BYTES)
    if (line === '') return { position: end, isNextMessage: false }
    // Directly behind a From line, another one is only a repetition.
    if (line.startsWith('From ') && position > header && (await isMessageAt(view, position, 'text')))
      return { position, isNextMessage: true }
    readStatusLine(line, status)
    position = end
  }
}

async function nextMessage(view: View, text: number, contentLength: number | null): Promise<number | null> {
  if (contentLength !== null) {
    const claimed = await messageAfter(view, text + contentLength)
    if (claimed !== null) return claimed
  }
  // From the end of the header on, because the text may be empty.
  let position = text - BEFORE_BYTES
  for (;;) {
    const chunk = await view.chunk(position)
    for (let at = chunk.indexOf(SEPARATOR); at >= 0; at = chunk.indexOf(SEPARATOR, at + 1)) {
      const from = position + at + 1
      if (await isMessageAt(view, from, endsEmptyLine(chunk, at) ? 'boundary' : 'text')) return from
    }
    const end = position + chunk.length
    if (end >= view.size) return null
    position = end - SEPARATOR.length - BEFORE_BYTES
  }
}

/** The message at a claimed end, or after one empty line there; the end of the file counts as a message. */
async function messageAfter(view: View, position: number): Promise<number | null> {
  if (position > view.size) return null
  if (position === view.size) return position
  const isLineStart = (await view.bytes(position - 1, 1))[0] === LF
  if (isLineStart && (await isMessageAt(view, position, 'boundary'))) return position
  if ((await view.line(position, 2)) !== '') return null
  const next = (await view.lineEnd(position)) ?? view.size
  return next === view.size || (await isMessageAt(view, next, 'boundary')) ? next : null
}

const LF = 0x0a
const CR = 0x0d

/** Whether the line that ends at `at` is empty. */
const endsEmptyLine = (chunk: Buffer, at: number): boolean => chunk[at - 1] === LF || (chunk[at - 1] === CR && chunk[at - 2] === LF)

type View = ReturnType<typeof createView>

/** Keeps one chunk of the file in memory. */
function createView(bytes: Bytes) {
  let base = 0
  let chunk: Buffer = Buffer.alloc(0)
  const turnLimit = createTurnLimit(READS_PER_TURN)

  async function from(position: number, minBytes: number): Promise<Buffer> {
    const pause = turnLimit()
    if (pause) await pause
    const end = Math.min(position + minBytes, bytes.size)
    if (position < base || end > base + chunk.length) {
      chunk = await bytes.read(position, Math.min(CHUNK_BYTES, bytes.size - position))
      base = position
    }
    return chunk.subarray(position - base)
  }

  return {
    size: bytes.size,
    /** Bytes from there on: those in memory, or a new chunk where they are too few. */
    chunk: (position: number) => from(position, MIN_CHUNK_BYTES),
    /** So many bytes, or fewer at the end of the file. */
    bytes: async (position: number, count: number) => (await from(position, count)).subarray(0, count),
    /** The line at that position, without its end, cut to `maxBytes`. */
    async line(position: number, maxBytes: number) {
      const some = (await from(position, maxBytes)).subarray(0, maxBytes)
      const end = some.indexOf(LF)
      return some.toString('latin1', 0, end < 0 ? some.length : end).replace(/\r$/, '')
    },
    /** The position of the next line; null where the file ends before it. */
    async lineEnd(position: number) {
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
