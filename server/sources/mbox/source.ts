/**
 * The mbox source: the unread mails of one file that holds a whole mailbox, told by file events. It only ever reads.
 *
 * Of mails that were added, only they are read; soon afterwards all of the file, for somebody may have marked others
 * in the same moment.
 */
import { basename, dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { abortable } from '../../platform/abortable.ts'
import type { MboxSourceConfig } from './config.ts'
import { createWakeSignal } from '../wake-signal.ts'
import { createBlindNote, intervalOf } from '../files/blindness.ts'
import { explainFileError } from '../files/errors.ts'
import { type FolderWatch, watchFolder } from '../files/folder-watch.ts'
import { eventsToArrive, isShare } from '../files/watch.ts'
import { openMbox } from './file.ts'
import type { Attempt, Source } from '../source.ts'

/** One look; a file of gigabytes on a slow disk takes its time. */
const LOOK_MS = 120_000
/** Between two looks while changes keep coming. */
const BREATHER_MS = 20
/** Between two looks while somebody writes: locks are released without an event. */
const BUSY_MS = 100
/** Whoever holds a lock for longer has forgotten it. */
const LOCKED_MOST_MS = 30_000
/** After what was added was read alone, all is read; it costs a twentieth of the time at the most. */
const VERIFY_MS = 1_000
const VERIFY_FACTOR = 20
/** Until a last mail that is not whole is taken for one that never will be. */
const UNFINISHED_MS = 500

export function createMboxSource(config: MboxSourceConfig): Source {
  return {
    name: config.name,
    accounts: [config.account],
    firstReportMs: LOOK_MS,
    silenceMs: config.intervalMs + LOOK_MS,
    async run(attempt) {
      try {
        await run(config, attempt)
      } catch (error) {
        throw explainFileError(error, config.path) ?? error
      }
    },
  }
}

async function run(
  { name, account, path, mayBeMissing, intervalMs }: MboxSourceConfig,
  { signal, log, report, onKick }: Attempt,
): Promise<void> {
  const isOnShare = await abortable(isShare(dirname(path)), signal)
  const noteBlindness = createBlindNote(name, log)
  const bell = createWakeSignal(signal)
  const mbox = openMbox({ path, mayBeMissing, signal, sleep: (ms) => delay(ms, undefined, { signal }) })
  const endKicks = onKick(bell.ring)
  const own = basename(path)
  // The folder is watched, for a file may come in the place of the file.
  const watchIt = (): FolderWatch =>
    watchFolder(dirname(path), { wake: bell.ring, contents: true, ignores: (file) => file !== own && file !== `${own}.lock` })
  let watch = watchIt()
  let busySinceMs: number | null = null
  let verifyAtMs: number | null = null
  let wholeTookMs = 0
  try {
    for (;;) {
      await eventsToArrive()
      const changed = watch.take()
      if (changed === null) {
        watch.close()
        watch = watchIt()
      }
      const startedAtMs = performance.now()
      const verifies = verifyAtMs !== null && startedAtMs >= verifyAtMs
      const how = verifies ? 'whole' : changed?.size || busySinceMs !== null ? 'added' : 'unless-same'
      const ignoresLocks = busySinceMs !== null && startedAtMs - busySinceMs > LOCKED_MOST_MS
      const state = await abortable(mbox.read(how, ignoresLocks), signal)
      const tookMs = performance.now() - startedAtMs
      if (state === null) {
        busySinceMs ??= startedAtMs
        await bell.sleep(BREATHER_MS, BUSY_MS)
        continue
      }
      busySinceMs = null
      const { unread, total, latest, isAssumed, isBeingWritten } = state
      report({ accounts: [{ id: account, unread, total, latest }] })
      if (!isAssumed) {
        verifyAtMs = null
        wholeTookMs = tookMs
      } else verifyAtMs ??= performance.now() + Math.max(VERIFY_MS, VERIFY_FACTOR * wholeTookMs)
      const told = { isOnShare, isWatched: watch.isTold }
      noteBlindness(told)
      const dueMs = [
        intervalOf(intervalMs, told),
        ...(isBeingWritten ? [UNFINISHED_MS] : []),
        ...(verifyAtMs === null ? [] : [Math.max(0, verifyAtMs - performance.now())]),
      ]
      await bell.sleep(Math.max(BREATHER_MS, tookMs), Math.min(...dueMs))
    }
  } finally {
    endKicks()
    watch.close()
  }
}
