/** Decides when an account is polled next, and which folders. Pure: the caller passes all times. */
import type { ImapTimes } from './connection/times.ts'

export interface PollScheduleOptions {
  readonly times: Pick<ImapTimes, 'followUps' | 'settle' | 'pushDelay'>
  /** Between two polls of what the server does not push. */
  readonly intervalMs: number
  /** Between any two polls, at most. */
  readonly heartbeatMs: number
  /** Folders may appear and vanish, which only LIST shows. */
  readonly requiresListing: boolean
}

export interface PollResult {
  /** Of all counts; differs whenever they do. */
  readonly fingerprint: string
  readonly hasOtherFolders: boolean
  /** The server pushes changes of the selected folder. */
  readonly selectedIsPushed: boolean
  /** The server pushes changes of all other folders. */
  readonly othersArePushed: boolean
  /** Milliseconds until a folder that could not be counted is to be polled again. */
  readonly retryInMs: number
}

/** After this many unpushed changes the server is polled at the interval; a single one may have been in transit. */
const MAX_UNPUSHED = 2

export function createPollSchedule({ times, intervalMs, heartbeatMs, requiresListing }: PollScheduleOptions) {
  let changed = true
  let foldersChanged = true
  let wasTriggered = true
  let startedAtMs = 0
  let listDueMs = Number.NEGATIVE_INFINITY
  let othersDueMs = Number.NEGATIVE_INFINITY
  let retryDueMs = Number.POSITIVE_INFINITY
  let scope = { list: true, otherFolders: true }
  let fingerprint: string | null = null
  let followUp = times.followUps.length
  let changeFoundAtMs = Number.NEGATIVE_INFINITY
  /** Changes that a poll found before any push: some servers do not push flags, or stop pushing. */
  let unpushed = 0

  return {
    /** After a change or a request to check now: the next poll covers all folders, since a message may have been moved. */
    markChanged: (): void => void (changed = true),
    /** Folders have appeared or vanished. */
    markFoldersChanged: (): void => void (foldersChanged = true),
    /** Starts a poll. */
    begin(nowMs: number) {
      startedAtMs = nowMs
      wasTriggered = changed
      const list = foldersChanged || (requiresListing && nowMs >= listDueMs)
      scope = { list, otherFolders: wasTriggered || list || nowMs >= Math.min(othersDueMs, retryDueMs) }
      changed = false
      foldersChanged = false
      return scope
    },
    /** Ends it, and returns the milliseconds until the next one if nothing happens before. */
    end(nowMs: number, result: PollResult): number {
      // Even where folder changes are pushed: Dovecot sometimes omits one, mostly a rename.
      if (scope.list) listDueMs = startedAtMs + intervalMs
      if (scope.otherFolders) othersDueMs = startedAtMs + (wasTriggered ? Math.min(times.settle, intervalMs) : intervalMs)
      if (fingerprint !== null && fingerprint !== result.fingerprint) {
        if (!wasTriggered && result.othersArePushed && startedAtMs - changeFoundAtMs > times.pushDelay) unpushed += 1
        changeFoundAtMs = startedAtMs
        followUp = 0
      }
      fingerprint = result.fingerprint
      retryDueMs = nowMs + result.retryInMs
      if (foldersChanged) return 0
      const isPushed = result.selectedIsPushed && unpushed < MAX_UNPUSHED
      const pauseMs = times.followUps[followUp++] ?? (isPushed ? heartbeatMs : Math.min(intervalMs, heartbeatMs))
      const dueMs = Math.min(
        retryDueMs,
        result.hasOtherFolders ? othersDueMs : Number.POSITIVE_INFINITY,
        requiresListing ? listDueMs : Number.POSITIVE_INFINITY,
      )
      return Math.min(pauseMs, Math.max(0, dueMs - nowMs))
    },
  }
}
