/** Counts an mbox, and continues from a previous count when messages were only added. */
import { LATEST_MESSAGES } from '../lib/mail/latest.ts'
import { type Bytes, type ScannedMessage, scanMbox } from './scan.ts'

interface Counts {
  readonly unread: number
  readonly total: number
  /** The newest unread messages, newest first. */
  readonly newest: readonly ScannedMessage[]
}

export type MboxCount = NonNullable<Awaited<ReturnType<typeof countFrom>>>

const NONE: Counts = { unread: 0, total: 0, newest: [] }

/** Bytes at both ends that must be unchanged for what follows to be all that is new. */
const PROBE_BYTES = 4096

/**
 * @param countsIncomplete counts a last message with an incomplete header, because nothing is writing any more
 * @returns null where the file is not an mbox file
 */
export const countMbox = (bytes: Bytes, countsIncomplete: boolean): Promise<MboxCount | null> => countFrom(bytes, 0, NONE, countsIncomplete)

/** Reads only what was added since a count; null where other parts may have changed. */
export async function countAdded(bytes: Bytes, { resume }: MboxCount, countsIncomplete: boolean): Promise<MboxCount | null> {
  const { size, before, lastStart, head, tail } = resume
  if (bytes.size <= size || size === 0) return null
  const isSame = head.equals(await bytes.read(0, head.length)) && tail.equals(await bytes.read(size - tail.length, tail.length))
  return isSame ? await countFrom(bytes, lastStart, before, countsIncomplete) : null
}

async function countFrom(bytes: Bytes, start: number, known: Counts, countsIncomplete: boolean) {
  let before = known
  const last: { message?: ScannedMessage } = {}
  const isMbox = await scanMbox(bytes, start, (message) => {
    if (last.message) before = plus(before, last.message)
    last.message = message
  })
  if (!isMbox) return null
  const { message } = last
  const isBeingWritten = message !== undefined && !message.isComplete
  const all = message && (!isBeingWritten || countsIncomplete) ? plus(before, message) : before
  const probe = Math.min(PROBE_BYTES, bytes.size)
  return {
    ...all,
    /** Whether the header of the last message is incomplete. */
    isBeingWritten,
    resume: {
      size: bytes.size,
      /** The counts of all messages but the last. */
      before,
      lastStart: message?.start ?? start,
      head: Buffer.from(await bytes.read(0, probe)),
      tail: Buffer.from(await bytes.read(bytes.size - probe, probe)),
    },
  }
}

function plus(counts: Counts, message: ScannedMessage): Counts {
  if (message.deleted || message.isInternal) return counts
  if (message.seen) return { ...counts, total: counts.total + 1 }
  return { unread: counts.unread + 1, total: counts.total + 1, newest: [message, ...counts.newest.slice(0, LATEST_MESSAGES - 1)] }
}
