/** Calls back once after `ms`; returns a function that cancels it. */
export type Schedule = (callback: () => void, ms: number) => () => void

/** Calls back in a later turn of the event loop, after pending I/O. */
export type Defer = (callback: () => void) => void

export const nextTurn = (defer: Defer): Promise<void> => new Promise((resolve) => defer(resolve))

/** What pure code takes of time, so that a test can replace it. */
export interface Clock {
  /** Milliseconds for durations: monotonic, whatever happens to the system's time. A moment that a person sees needs epoch milliseconds instead. */
  readonly now: () => number
  readonly schedule: Schedule
}
