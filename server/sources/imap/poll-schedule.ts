/** When an account is looked at next, and at what: pure, all times are the caller's. */
import type { ImapTimes } from './connection/times.ts'

export interface PollScheduleOptions {
  readonly times: Pick<ImapTimes, 'followUps' | 'settle' | 'telling'>
  /** Between two looks at what nobody tells of. */
  readonly intervalMs: number
  /** Between two looks at the most. */
  readonly heartbeatMs: number
  /** Folders come and go, and only a list tells. */
  readonly needsList: boolean
}

interface Due {
  readonly list: boolean
  readonly others: boolean
}

export interface Looked {
  /** What was counted, in any form that differs when it does. */
  readonly shape: string
  readonly hasOthers: boolean
  /** Changes of the selected folder are told. */
  readonly tellsSelected: boolean
  /** Changes of all others are told. */
  readonly tellsOthers: boolean
}

export interface PollSchedule {
  /** Something has changed, or somebody asks: all folders are looked at next, for a mail may have been moved. */
  changed(): void
  /** Folders have appeared or vanished. */
  foldersChanged(): void
  /** A look begins: what is due in it. */
  begin(nowMs: number): Due
  /** It has ended: milliseconds until the next one, if nothing happens meanwhile. */
  end(nowMs: number, looked: Looked): number
}

/** So many changes that nobody told, and the server is asked at the interval; one may just have been on its way. */
const UNTOLD = 2

export function createPollSchedule({ times, intervalMs, heartbeatMs, needsList }: PollScheduleOptions): PollSchedule {
  let changed = true
  let foldersChanged = true
  let isAnswer = true
  let startedAtMs = 0
  let listDueMs = Number.NEGATIVE_INFINITY
  let othersDueMs = Number.NEGATIVE_INFINITY
  let due: Due = { list: true, others: true }
  let shape: string | null = null
  let followUp = times.followUps.length
  let foundAtMs = Number.NEGATIVE_INFINITY
  /** Changes that were found and that nobody had told: some servers do not tell of flags, or fall silent. */
  let untold = 0

  return {
    changed: () => void (changed = true),
    foldersChanged: () => void (foldersChanged = true),
    begin(nowMs) {
      startedAtMs = nowMs
      isAnswer = changed
      const list = foldersChanged || (needsList && nowMs >= listDueMs)
      due = { list, others: isAnswer || list || nowMs >= othersDueMs }
      changed = false
      foldersChanged = false
      return due
    },
    end(nowMs, looked) {
      const { hasOthers, tellsSelected, tellsOthers } = looked
      // Also where that is told: Dovecot forgets now and then, mostly about folders that were renamed.
      if (due.list) listDueMs = startedAtMs + intervalMs
      if (due.others) othersDueMs = startedAtMs + (isAnswer ? Math.min(times.settle, intervalMs) : intervalMs)
      if (shape !== null && shape !== looked.shape) {
        if (!isAnswer && tellsOthers && startedAtMs - foundAtMs > times.telling) untold += 1
        foundAtMs = startedAtMs
        followUp = 0
      }
      shape = looked.shape
      if (foldersChanged) return 0
      const isTold = tellsSelected && untold < UNTOLD
      const pauseMs = times.followUps[followUp++] ?? (isTold ? heartbeatMs : Math.min(intervalMs, heartbeatMs))
      const nextMs = Math.min(hasOthers ? othersDueMs : Number.POSITIVE_INFINITY, needsList ? listDueMs : Number.POSITIVE_INFINITY)
      return Math.min(pauseMs, Math.max(0, nextMs - nowMs))
    },
  }
}
