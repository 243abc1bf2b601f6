/**
 * The folders of an account that could not be counted, across its connections: why, and when each is asked again. Pure.
 */
import { backoffMs } from '../../../common/async/backoff.ts'
import type { SourceErrorCode } from '../../../common/protocol/wire.ts'
import type { ImapTimes } from './connection/times.ts'

export interface FolderError {
  /**
   * `gone`: it does not exist, or not for this user, so it is no part of the number. `refused`: the server does not count
   * it now. `unanswered`: the server does not answer for it, or ends the connection.
   */
  readonly kind: 'gone' | 'refused' | 'unanswered'
  readonly code: SourceErrorCode
  /** What the server does, as the end of a sentence. */
  readonly reason: string
}

export type FolderErrors = ReturnType<typeof createFolderErrors>

/** After this many folders in a row without an answer, the others are not asked either. */
const MAX_UNANSWERED = 3

/** @param now monotonic milliseconds */
export function createFolderErrors(
  { refusedRetry, refusedRetryMax, missingRetry }: Pick<ImapTimes, 'refusedRetry' | 'refusedRetryMax' | 'missingRetry'>,
  now: () => number,
) {
  const errors = new Map<string, FolderError & { readonly failures: number; retryAtMs: number }>()
  /** The folder at which the last connection ended. */
  let suspect: string | null = null
  /** Folders that were not answered for in time once: each has more time from then on. */
  const slow = new Set<string>()
  let unansweredInARow = 0

  /** Milliseconds until it is asked again. */
  const dueInMs = (folder: string): number => {
    const error = errors.get(folder)
    return error ? error.retryAtMs - now() : 0
  }

  return {
    get: (folder: string): FolderError | undefined => errors.get(folder),
    isSlow: (folder: string): boolean => slow.has(folder),
    /** Returns true if it is new, or of another kind than before. */
    add(folder: string, error: FolderError): boolean {
      const known = errors.get(folder)
      const failures = (known?.failures ?? 0) + 1
      const backoff = backoffMs(failures - 1, { firstMs: refusedRetry, maxMs: refusedRetryMax })
      // The first reason stands: some servers put the time into theirs.
      const stated = known?.kind === error.kind ? known : error
      errors.set(folder, { ...stated, failures, retryAtMs: now() + (error.kind === 'gone' ? missingRetry : backoff) })
      return stated === error
    },
    addUnanswered(folder: string, error: FolderError): void {
      unansweredInARow += 1
      slow.add(folder)
      this.add(folder, error)
    },
    /** The folder was counted. Returns true if it had an error. */
    clear(folder: string): boolean {
      if (suspect === folder) suspect = null
      return errors.delete(folder)
    },
    /** The server answered for one of the folders. */
    noteAnswer: (): void => void (unansweredInARow = 0),
    /** The server seems to answer for none of the folders. True once; then one more has to stay unanswered. */
    isUnresponsive(): boolean {
      if (unansweredInARow < MAX_UNANSWERED) return false
      unansweredInARow = MAX_UNANSWERED - 1
      return true
    },
    /** A connection ended while this folder was asked for. True if that happened there before. */
    noteLost(folder: string): boolean {
      const isRepeated = suspect === folder || errors.get(folder)?.kind === 'unanswered'
      suspect = folder
      return isRepeated
    },
    isDue: (folder: string): boolean => dueInMs(folder) <= 0,
    dueInMs,
    /** Milliseconds until one of them is asked again; Infinity if there is none. */
    nextDueMs: (): number => Math.min(Number.POSITIVE_INFINITY, ...Array.from(errors.keys(), dueInMs)),
    /** Asks all of them again, except those that would hold up the others. */
    retryNow(): void {
      for (const error of errors.values()) if (error.kind !== 'unanswered') error.retryAtMs = now()
    },
    /** Forgets all others. */
    retain(folders: ReadonlySet<string>): void {
      for (const folder of errors.keys()) if (!folders.has(folder)) errors.delete(folder)
      for (const folder of slow) if (!folders.has(folder)) slow.delete(folder)
    },
  }
}
