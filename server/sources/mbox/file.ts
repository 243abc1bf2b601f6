/** One mbox on disk, read so that a count is true of one moment. */
import { createHash } from 'node:crypto'
import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Message } from '../../../common/protocol/wire.ts'
import { isMissing } from '../lib/files/errors.ts'
import { readMessageHeader } from '../lib/mail/header.ts'
import { SourceError } from '../source.ts'
import type { MboxSourceConfig } from './config.ts'
import { countAdded, countMbox, type MboxCount } from './count.ts'
import { isLocked } from './lock.ts'
import type { Bytes, ScannedMessage } from './scan.ts'

interface MboxState {
  readonly unread: number
  readonly total: number
  readonly latest: readonly Message[]
  /** Whether only added messages were read, and the earlier ones are assumed to be unchanged. */
  readonly isAssumed: boolean
  /** Whether the last message is incomplete, and not counted. */
  readonly isBeingWritten: boolean
  /** The time that reading took, without waiting. */
  readonly readMs: number
}

/**
 * `unless-same`: not if the file is unchanged; `added`: only what was added, if nothing else seems to have changed;
 * `added-and-rest`: then also the rest of a small file, which may have changed too; `whole`: the whole file.
 */
type ReadMode = 'unless-same' | 'added' | 'added-and-rest' | 'whole'

interface MboxOptions extends Pick<MboxSourceConfig, 'path' | 'mayBeMissing'> {
  readonly sleep: (ms: number) => Promise<unknown>
  readonly signal: AbortSignal
  /** Monotonic milliseconds. */
  readonly now?: () => number
}

/** What changes with the file. */
type Identity = Pick<BigIntStats, 'dev' | 'ino' | 'size' | 'mtimeNs' | 'ctimeNs'>

const EMPTY: MboxState = { unread: 0, total: 0, latest: [], isAssumed: false, isBeingWritten: false, readMs: 0 }

const MAX_HEADER_BYTES = 64 * 1024
/** So much is read within some 30 ms. */
const SMALL_BYTES = 32 * 1024 * 1024
/** A rewritten file must be unchanged for this long, because its writer may pause in the middle. */
const SETTLE_MS = 100
/** After this time without a change, an incomplete last message counts as complete. */
const INCOMPLETE_MS = 2_000
/** The coarsest clock of a file system: two changes within one tick look like one. */
const TICK_MS = 2_000

export function openMbox({ path, mayBeMissing, sleep, signal, now = () => performance.now() }: MboxOptions) {
  let known: { readonly identity: Identity; readonly count: MboxCount; readonly state: MboxState } | null = null
  /** The file as it was first seen in its present state, on the monotonic clock. */
  let seen: { readonly identity: Identity; readonly sinceMs: number } | null = null

  async function readOpen(file: FileHandle, mode: ReadMode, ignoresLocks: boolean): Promise<MboxState | null> {
    const stats = await file.stat({ bigint: true })
    if (!stats.isFile()) throw new SourceError('protocol', `${path} is no file; name the mbox itself.`)
    const identity: Identity = stats
    if (!seen || !isSame(seen.identity, identity)) seen = { identity, sinceMs: now() }
    // Its own time may lie in the future, after the clock was set back.
    const ageMs = Math.max(Date.now() - Number(identity.mtimeNs / 1_000_000n), now() - seen.sinceMs)
    if (mode === 'unless-same' && known && ageMs > TICK_MS && isSame(known.identity, identity) && !known.state.isBeingWritten)
      return known.state
    if (!ignoresLocks && (await isLocked(path, identity))) return null
    const startedAtMs = performance.now()
    const bytes = bytesOf(file, Number(identity.size), signal)
    const isFinal = ageMs > INCOMPLETE_MS
    const added = mode === 'whole' || known?.identity.ino !== identity.ino ? null : await countAdded(bytes, known.count, isFinal)
    const isAssumed = added !== null && (mode !== 'added-and-rest' || bytes.size > SMALL_BYTES)
    const count = isAssumed ? added : await countMbox(bytes, isFinal)
    const latest = count ? await messagesOf(bytes, count.newest) : []
    const readMs = performance.now() - startedAtMs
    if (!added && ageMs < SETTLE_MS) await sleep(SETTLE_MS)
    // Meanwhile the file may have been replaced or changed.
    if (!isSame(identity, await stat(path, { bigint: true }))) return null
    if (!count) throw new SourceError('protocol', `${path} is not an mbox file: its first line is not "From …" with a header behind it.`)
    const { unread, total, isBeingWritten } = count
    const state = { unread, total, latest, isAssumed, isBeingWritten: isBeingWritten && !isFinal, readMs }
    known = { identity, count, state }
    return state
  }

  return {
    /**
     * Null while another program writes.
     * @param ignoresLocks true to read despite a lock, which may be stale
     * @throws SourceError, or the system's error
     */
    async read(mode: ReadMode, ignoresLocks: boolean): Promise<MboxState | null> {
      let file: FileHandle
      try {
        file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
      } catch (error) {
        if (!mayBeMissing || !isMissing(error)) throw error
        // Without its folder, the messages may be missing too.
        await stat(dirname(path))
        return EMPTY
      }
      try {
        return await readOpen(file, mode, ignoresLocks)
      } catch (error) {
        if (isMissing(error) || error instanceof ShortenedError) return null
        throw error
      } finally {
        await file.close()
      }
    },
  }
}

const isSame = (a: Identity, b: Identity): boolean =>
  a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs

/** The file became shorter while it was read. */
class ShortenedError extends Error {}

const bytesOf = (file: FileHandle, size: number, signal: AbortSignal): Bytes => ({
  size,
  async read(position, length) {
    const buffer = Buffer.allocUnsafeSlow(length)
    for (let filled = 0; filled < length;) {
      signal.throwIfAborted()
      const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled)
      if (bytesRead === 0) throw new ShortenedError()
      filled += bytesRead
    }
    return buffer
  },
})

async function messagesOf(bytes: Bytes, found: readonly ScannedMessage[]): Promise<readonly Message[]> {
  const messages = new Map<string, Message>()
  for (const { start, header } of found) {
    const beginning = await bytes.read(start, Math.min(MAX_HEADER_BYTES, bytes.size - start))
    const hash = messageIdOf(beginning)
    // The same message may have arrived twice.
    let id = hash
    for (let copy = 2; messages.has(id); copy += 1) id = `${hash}.${copy}`
    messages.set(id, { id, ...readMessageHeader(beginning.subarray(header - start)) })
  }
  return [...messages.values()]
}

/** Fields that programs change later. */
const CHANGING = /^(?:status|x-status|x-keywords|x-uid|x-imap|x-imapbase|x-evolution(?:-source)?|content-length|lines|x-mozilla-[\w-]+):/i

/**
 * The id of a message, which has none in an mbox: a hash of its header without the fields that change.
 * @param header the From line, and the header as far as it was read
 */
export function messageIdOf(header: Buffer): string {
  const hash = createHash('sha256')
  let isLeftOut = false
  for (const line of header.toString('latin1').split(/\r?\n/)) {
    if (line === '') break
    if (!/^[ \t]/.test(line)) isLeftOut = CHANGING.test(line)
    if (!isLeftOut) hash.update(`${line}\n`, 'latin1')
  }
  return hash.digest('base64url').slice(0, 22)
}
