/** Between the benchmark and the processes that hold its clients. */

export type Request =
  /** Opens a client for each of these accounts, and waits until each polls. */
  | { readonly kind: 'park'; readonly from: number; readonly to: number }
  /** Where new connections go, as a balancer in front of the servers would be told. */
  | { readonly kind: 'servers'; readonly ports: readonly number[] }
  /** Changes one account after the other, `lanes` at a time, until `stop`. */
  | { readonly kind: 'change'; readonly lanes: number }
  | { readonly kind: 'stop' }
  /** Changes that many accounts by one PUT, and waits for all their clients. */
  | { readonly kind: 'bulk'; readonly accounts: number }
  | { readonly kind: 'state' }

export interface State {
  readonly clients: number
  /** Clients that hold a link to a server. */
  readonly live: number
  /** Clients that show another number than the last confirmed one. */
  readonly behind: number
  /** Errors that a client or the feeder saw. */
  readonly errors: readonly string[]
  readonly errorCount: number
  /** What cannot be true. */
  readonly wrong: readonly string[]
}

export interface Reply {
  /** Milliseconds from a PUT to the answer of the client. */
  readonly latenciesMs: readonly number[]
  readonly state: State
}

export interface Numbered<T> {
  readonly number: number
  readonly content: T
}

export const userName = (i: number): string => `user${i}@example.org`
