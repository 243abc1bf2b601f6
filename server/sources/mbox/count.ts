/** Counts an mbox, and goes on from there when mails were only added. */
import { LATEST_MESSAGES } from '../mail/latest.ts'
import { type Bytes, type ScannedMessage, scanMbox } from './scan.ts'

/** What was counted, up to a mail: those before it, and it. */
export interface MboxCount {
  readonly unread: number
  readonly total: number
  /** The newest unread mails, newest first. */
  readonly newest: readonly ScannedMessage[]
  /** The last mail's header does not end yet. */
  readonly isBeingWritten: boolean
  readonly resume: Resume
}

interface Sum {
  readonly unread: number
  readonly total: number
  readonly newest: readonly ScannedMessage[]
}

interface Resume {
  readonly size: number
  /** All mails but the last. */
  readonly before: Sum
  /** Where the last mail begins, and what stands there until the end of the file, as far as it is remembered. */
  readonly lastStart: number
  readonly head: Buffer
  readonly tail: Buffer
}

const NONE: Sum = { unread: 0, total: 0, newest: [] }

/** Bytes at the start and at the end that must be as before, for what follows them to be all that is new. */
const PROBE_BYTES = 4096

/**
 * @param countsUnfinished counts a last mail whose header does not end, for nobody is writing any more.
 * @returns null where it is no mbox
 */
export async function countMbox(bytes: Bytes, countsUnfinished: boolean): Promise<MboxCount | null> {
  return await countFrom(bytes, 0, NONE, countsUnfinished)
}

/** As `countMbox`, but reads only what was added; null where more than that may have changed. */
export async function countAdded(bytes: Bytes, { resume }: MboxCount, countsUnfinished: boolean): Promise<MboxCount | null> {
  const { size, before, lastStart, head, tail } = resume
  if (bytes.size <= size || size === 0) return null
  const isSame = head.equals(await bytes.read(0, head.length)) && tail.equals(await bytes.read(size - tail.length, tail.length))
  return isSame ? await countFrom(bytes, lastStart, before, countsUnfinished) : null
}

async function countFrom(bytes: Bytes, start: number, known: Sum, countsUnfinished: boolean): Promise<MboxCount | null> {
  let before = known
  let last: ScannedMessage | null = null
  const isMbox = await scanMbox(bytes, start, (mail) => {
    if (last) before = plus(before, last)
    last = mail
  })
  if (!isMbox) return null
  const counted = lastOf(last)
  const isBeingWritten = counted !== null && !counted.isWhole
  const all = counted && (!isBeingWritten || countsUnfinished) ? plus(before, counted) : before
  const probe = Math.min(PROBE_BYTES, bytes.size)
  return {
    ...all,
    isBeingWritten,
    resume: {
      size: bytes.size,
      before,
      lastStart: counted?.start ?? start,
      head: Buffer.from(await bytes.read(0, probe)),
      tail: Buffer.from(await bytes.read(bytes.size - probe, probe)),
    },
  }
}

/** A variable that only a callback sets is taken for what it was before. */
const lastOf = (mail: ScannedMessage | null): ScannedMessage | null => mail

function plus(sum: Sum, mail: ScannedMessage): Sum {
  if (mail.deleted || mail.isInternal) return sum
  if (mail.seen) return { ...sum, total: sum.total + 1 }
  return { unread: sum.unread + 1, total: sum.total + 1, newest: [mail, ...sum.newest.slice(0, LATEST_MESSAGES - 1)] }
}
