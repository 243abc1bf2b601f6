/** Where a response goes: to node:http (http-reply.ts), or straight to the socket (fast/connection.ts). */

/** Header fields in the form that node:http writes fastest: name, value, name, value. */
export type HeaderList = readonly string[]

/** A poll that waits on a connection for its release. */
export interface WaitingPoll {
  /** Ends the hold early: another request arrived on the same connection. */
  expire(): void
  /** The client disconnected. */
  abandon(): void
}

/** The reply to one request. */
export interface Reply {
  /** The `Origin` of the request. */
  readonly origin: string | undefined
  /** False once a response is written, or the client has disconnected. */
  readonly isOpen: boolean
  /** True while an earlier request of the connection is unanswered. */
  readonly isQueued: boolean
  /** Ends the connection after this response, and ignores later requests. */
  endConnection(): void
  /** Writes the response, and keeps `headers`; the connection ends after it if `isLast`. */
  write(status: number, headers: string[], body: string | Uint8Array | undefined, isLast: boolean): void
  /** Has `poll` called for another request on the connection, and for its end. */
  hold(poll: WaitingPoll): void
  /** Ends what `hold` began. */
  letGo(poll: WaitingPoll): void
}
