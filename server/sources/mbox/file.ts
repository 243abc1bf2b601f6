/** One mbox on disk, read in such a way that what is told was all there at one moment. */
import { constants } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isMissing } from '../files/errors.ts'
import type { Message } from '../../../common/protocol/wire.ts'
import { readMessageHeader } from '../mail/header.ts'
import { SourceError } from '../source.ts'
import { countAdded, countMbox, type MboxCount } from './count.ts'
import { isLocked } from './lock.ts'
import { messageIdOf } from './message-id.ts'
import type { Bytes, ScannedMessage } from './scan.ts'

interface MboxState {
  readonly unread: number
  readonly total: number
  readonly latest: readonly Message[]
  /** Only what was added was read: all that came before is taken to be as it was. */
  readonly isAssumed: boolean
  /** The last mail is not there as a whole, and not counted. */
  readonly isBeingWritten: boolean
}

export interface MboxFile {
  /**
   * Null where somebody is writing, and nothing can be said.
   * @param how `unless-same`: as before, where nothing about the file has changed; `added`: goes on from there, where
   * it can; `whole`: reads all of it.
   * @param ignoresLocks for a lock that nobody releases.
   * @throws SourceError, or the system's error
   */
  read(how: 'unless-same' | 'added' | 'whole', ignoresLocks: boolean): Promise<MboxState | null>
}

export interface MboxOptions {
  readonly path: string
  /** No file is an mbox without mails. */
  readonly mayBeMissing: boolean
  readonly sleep: (ms: number) => Promise<unknown>
  readonly signal: AbortSignal
}

interface About {
  readonly dev: bigint
  readonly ino: bigint
  readonly size: bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
}

const EMPTY: MboxState = { unread: 0, total: 0, latest: [], isAssumed: false, isBeingWritten: false }

const HEADER_BYTES = 64 * 1024
/** A file that was rewritten must have been left alone for so long: its writer may have paused in the middle. */
const SETTLE_MS = 100
/** A last mail whose header does not end is left as it is for so long before it is taken for a whole one. */
const UNFINISHED_MS = 2_000
/** The clock of a file system ticks so slowly at the most; a change within one tick leaves no trace. */
const TICK_MS = 2_000

export function openMbox({ path, mayBeMissing, sleep, signal }: MboxOptions): MboxFile {
  let known: { readonly about: About; readonly count: MboxCount; readonly state: MboxState } | null = null

  async function read(file: FileHandle, how: 'unless-same' | 'added' | 'whole', ignoresLocks: boolean): Promise<MboxState | null> {
    const stats = await file.stat({ bigint: true })
    if (!stats.isFile()) throw new SourceError('protocol', `${path} is no file; name the mbox itself.`)
    const before: About = stats
    const ageMs = Date.now() - Number(before.mtimeNs / 1_000_000n)
    if (how === 'unless-same' && known && ageMs > TICK_MS && isSame(known.about, before) && !known.state.isBeingWritten) return known.state
    if (!ignoresLocks && (await isLocked(path, before))) return null
    const bytes = bytesOf(file, Number(before.size), signal)
    const isFinal = ageMs > UNFINISHED_MS
    const added = how === 'whole' || !known || known.about.ino !== before.ino ? null : await countAdded(bytes, known.count, isFinal)
    const count = added ?? (await countMbox(bytes, isFinal))
    const latest = count ? await mailsOf(bytes, count.newest) : []
    if (!added && ageMs < SETTLE_MS) await sleep(SETTLE_MS)
    // Another file may have come in its place, or the same have been written to.
    if (!isSame(before, await stat(path, { bigint: true }))) return null
    if (!count) throw new SourceError('protocol', `${path} is no mbox: it does not begin with a line "From …" that names a time.`)
    const { unread, total, isBeingWritten } = count
    const state = { unread, total, latest, isAssumed: added !== null, isBeingWritten: isBeingWritten && !isFinal }
    known = { about: before, count, state }
    return state
  }

  return {
    async read(how, ignoresLocks) {
      let file: FileHandle
      try {
        file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
      } catch (error) {
        if (!mayBeMissing || !isMissing(error)) throw error
        // Where its folder is away too, so may the mails be.
        await stat(dirname(path))
        return EMPTY
      }
      try {
        return await read(file, how, ignoresLocks)
      } catch (error) {
        // It was there, or longer, a moment ago.
        if (isMissing(error) || error instanceof Shortened) return null
        throw error
      } finally {
        await file.close()
      }
    },
  }
}

const isSame = (a: About, b: About): boolean =>
  a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs

/** The file has become shorter while it was read. */
class Shortened extends Error {}

const bytesOf = (file: FileHandle, size: number, signal: AbortSignal): Bytes => ({
  size,
  async read(position, length) {
    const buffer = Buffer.allocUnsafeSlow(length)
    for (let filled = 0; filled < length;) {
      signal.throwIfAborted()
      const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled)
      if (bytesRead === 0) throw new Shortened()
      filled += bytesRead
    }
    return buffer
  },
})

async function mailsOf(bytes: Bytes, found: readonly ScannedMessage[]): Promise<readonly Message[]> {
  const mails = new Map<string, Message>()
  for (const { start, header } of found) {
    const known = await bytes.read(start, Math.min(HEADER_BYTES, bytes.size - start))
    const shown = readMessageHeader(known.subarray(header - start))
    // The same mail may have come twice.
    let id = messageIdOf(known)
    for (let copy = 2; mails.has(id); copy += 1) id = `${messageIdOf(known)}.${copy}`
    mails.set(id, { id, ...shown })
  }
  return [...mails.values()]
}
