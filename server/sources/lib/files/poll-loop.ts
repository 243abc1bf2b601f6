/** Polls files when the system reports a change, and at an interval for what it does not report. */
import { abortable } from '../../../platform/abortable.ts'
import type { Attempt, Report } from '../../source.ts'
import { createWakeSignal } from '../wake-signal.ts'
import { explainFileError } from './errors.ts'
import { withNamesMarked } from './marked-names.ts'
import { isShare } from './watch.ts'

export interface FilePoller {
  /**
   * The report, null where the files are being written; and the milliseconds until the next poll, without a change.
   * @param isKicked the counts must come from the files themselves, not from what the system reports
   */
  poll(isKicked: boolean): Promise<{ readonly report: Report | null; readonly dueInMs: number }>
  /** False where the system cannot watch everything. */
  isWatched(): boolean
  close(): void
}

/** The minimum pause between two polls while changes keep coming. */
const MIN_PAUSE_MS = 20
/** The interval for unwatched files: minutes would be too long for a new message. */
const UNWATCHED_INTERVAL_MS = 15_000

/** The interval of polls that find what was missed, or shorter where changes are not reported. */
export const intervalFor = (intervalMs: number, reportsChanges: boolean): number =>
  reportsChanges ? intervalMs : Math.min(intervalMs, UNWATCHED_INTERVAL_MS)

/**
 * @param path the files, as an error names them
 * @param folder where they lie
 * @throws SourceError
 */
export async function pollFiles(
  { name, path, folder = path }: { readonly name: string; readonly path: string; readonly folder?: string },
  attempt: Attempt,
  open: (wake: () => void, isOnShare: boolean) => FilePoller,
): Promise<never> {
  const { signal, log } = attempt
  let isKicked = false
  let hasWarned = false
  try {
    const isOnShare = await abortable(isShare(folder), signal)
    const { wake, sleep } = createWakeSignal(signal)
    const poller = await abortable(
      withNamesMarked(
        folder,
        () => {
          signal.throwIfAborted()
          return open(wake, isOnShare)
        },
        { isClosed: () => signal.aborted },
      ),
      signal,
    )
    const stopKicks = attempt.onKick(() => {
      isKicked = true
      wake()
    })
    try {
      for (;;) {
        const startedAtMs = performance.now()
        const wasKicked = isKicked
        isKicked = false
        const dueInMs = await attempt.work(async () => {
          const polled = await abortable(poller.poll(wasKicked), signal)
          if (polled.report) await attempt.report(polled.report)
          return polled.dueInMs
        })
        if (!hasWarned && (isOnShare || !poller.isWatched())) {
          hasWarned = true
          log.warn({ source: name }, isOnShare && poller.isWatched() ? ON_SHARE : UNWATCHED)
        }
        await sleep(Math.max(MIN_PAUSE_MS, performance.now() - startedAtMs), Math.max(0, dueInMs))
      }
    } finally {
      stopKicks()
      poller.close()
    }
  } catch (error) {
    throw explainFileError(error, path) ?? error
  }
}

const ON_SHARE = 'the files are on a share, which does not report changes by other machines; they are polled at an interval'
const UNWATCHED = 'the system watches no more files, so they are polled at an interval; raise fs.inotify.max_user_watches'
