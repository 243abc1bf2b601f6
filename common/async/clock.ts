/** Calls back once after `ms`; returns a function that cancels it. */
export type Schedule = (callback: () => void, ms: number) => () => void

/** What pure code takes of time, so that a test can replace it. */
export interface Clock {
  /** Milliseconds: since the epoch in the app and the browser, monotonic on the server. */
  readonly now: () => number
  readonly schedule: Schedule
}
