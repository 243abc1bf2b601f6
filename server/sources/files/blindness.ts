/** What a source of files does where the system tells it of no changes, or not of all. */
import type { SourceLog } from '../source.ts'

export interface WatchState {
  /** The files lie on a share, of which changes by others are not told. */
  readonly isOnShare: boolean
  /** All that was to be watched is. */
  readonly isWatched: boolean
}

/** Between two looks at files that nobody tells of: a mail should not take minutes to be seen. */
const BLIND_MS = 15_000

/** Milliseconds between two looks, where `intervalMs` is meant for finding what was missed all the same. */
export const intervalOf = (intervalMs: number, { isOnShare, isWatched }: WatchState): number =>
  isWatched && !isOnShare ? intervalMs : Math.min(intervalMs, BLIND_MS)

/** Says it in the log, once. */
export function createBlindNote(source: string, log: SourceLog): (told: WatchState) => void {
  let isSaid = false
  return ({ isOnShare, isWatched }) => {
    if (isSaid || (isWatched && !isOnShare)) return
    isSaid = true
    log.warn(
      { source },
      isWatched
        ? 'the files lie on a share, which tells of no changes by others; they are looked at at an interval'
        : 'the system watches no more files, so changes are found at an interval; raise fs.inotify.max_user_watches',
    )
  }
}
