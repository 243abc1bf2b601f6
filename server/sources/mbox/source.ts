/**
 * The mbox source: the unread messages of one file that holds a whole mailbox. File events wake it; it only ever reads.
 *
 * When messages were added to a large file, it reads only them, and soon afterwards the whole file, because another program
 * may have marked other messages at the same moment.
 */
import { basename, dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type FolderWatch, watchFolder } from '../lib/files/folder-watch.ts'
import { type FilePoller, intervalFor, pollFiles } from '../lib/files/poll-loop.ts'
import { withNamesMarked } from '../lib/files/marked-names.ts'
import { eventsToArrive } from '../lib/files/watch.ts'
import type { Source } from '../source.ts'
import type { MboxSourceConfig } from './config.ts'
import { openMbox } from './file.ts'

/** For one poll: a file of gigabytes on a slow disk takes long. */
const POLL_MS = 120_000
/** Between two polls while another program writes: the release of a lock makes no event. */
const BUSY_MS = 100
/** A lock that is held longer was forgotten. */
const MAX_LOCKED_MS = 30_000
/** The delay of the full read after a read of added messages; full reads take at most a twentieth of the time. */
const VERIFY_MS = 200
const VERIFY_FACTOR = 20
/** After this time of additions that do not end, only they are read. */
const MAX_REREAD_MS = 1_500
/** The delay until an incomplete last message is read again. */
const INCOMPLETE_MS = 500

export function createMboxSource(config: MboxSourceConfig): Source {
  const { name, account, path, intervalMs } = config
  return {
    name,
    accounts: [account],
    firstReportMs: POLL_MS,
    silenceMs: intervalMs + POLL_MS,
    run: (attempt) =>
      pollFiles({ name, path, folder: dirname(path) }, attempt, (wake, isOnShare) => createPoller(config, attempt.signal, wake, isOnShare)),
  }
}

function createPoller(
  { account, path, mayBeMissing, intervalMs }: MboxSourceConfig,
  signal: AbortSignal,
  wake: () => void,
  isOnShare: boolean,
): FilePoller {
  const mbox = openMbox({ path, mayBeMissing, signal, sleep: (ms) => delay(ms, undefined, { signal }) })
  const own = basename(path)
  // The folder is watched, because another file may replace the mbox.
  const folder = dirname(path)
  const startWatch = (): FolderWatch => {
    signal.throwIfAborted()
    return watchFolder(folder, { wake, contents: true, ignores: (file) => file !== own && file !== `${own}.lock` })
  }
  let watch = startWatch()
  let busySinceMs: number | null = null
  let verifyAtMs: number | null = null
  let fullReadMs = 0

  return {
    isWatched: () => watch.isAlive,
    close: () => watch.close(),
    async poll() {
      await eventsToArrive()
      const changed = watch.takeChanges()
      if (changed === null) {
        watch.close()
        watch = await withNamesMarked(folder, startWatch, { isClosed: () => signal.aborted })
      }
      const startedAtMs = performance.now()
      const verifies = verifyAtMs !== null && startedAtMs >= verifyAtMs
      const busyMs = busySinceMs === null ? 0 : startedAtMs - busySinceMs
      const added = busyMs < MAX_REREAD_MS ? 'added-and-rest' : 'added'
      const how = verifies ? 'whole' : changed?.size || busySinceMs !== null ? added : 'unless-same'
      const state = await mbox.read(how, busyMs > MAX_LOCKED_MS)
      if (state === null) {
        busySinceMs ??= startedAtMs
        return { report: null, dueInMs: BUSY_MS }
      }
      busySinceMs = null
      const { unread, total, latest, isAssumed, isBeingWritten, readMs } = state
      const nowMs = performance.now()
      if (isAssumed) verifyAtMs ??= nowMs + Math.max(VERIFY_MS, VERIFY_FACTOR * fullReadMs)
      else {
        verifyAtMs = null
        fullReadMs = readMs
      }
      const dueInMs = Math.min(
        intervalFor(intervalMs, watch.isAlive && !isOnShare),
        isBeingWritten ? INCOMPLETE_MS : Infinity,
        (verifyAtMs ?? Infinity) - nowMs,
      )
      return { report: { accounts: [{ id: account, unread, total, latest }] }, dueInMs }
    },
  }
}
