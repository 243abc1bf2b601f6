/** Calls back once after `ms`; returns a function that cancels it. */
export type Schedule = (callback: () => void, ms: number) => () => void

/** What pure code takes of time, so that a test can replace it. */
export interface Clock {
  /** Milliseconds for durations: monotonic, whatever happens to the system's time. A moment that a person sees needs epoch milliseconds instead. */
  readonly now: () => number
  readonly schedule: Schedule
}
