/** Calls back once after `ms`; returns a function that cancels it. */
export type Schedule = (callback: () => void, ms: number) => () => void

/**
 * Calls back after the I/O that is pending: at the end of this turn of the event loop, or of the next one where `Defer` itself
 * calls back. Work that needs a new turn in any case waits for two of them.
 */
export type Defer = (callback: () => void) => void

/** Resolves where `defer` calls back. */
export const deferred = (defer: Defer): Promise<void> => new Promise((resolve) => defer(resolve))

/** What pure code takes of time, so that a test can replace it. */
export interface Clock {
  /** Milliseconds for durations: monotonic, whatever happens to the system's time. A moment that a person sees needs epoch milliseconds instead. */
  readonly now: () => number
  readonly schedule: Schedule
}
