/** Where a response goes: to node:http (http-reply.ts), or straight to the socket (fast/connection.ts). */

/** Header fields in the form that node:http writes fastest: name, value, name, value. */
export type HeaderList = readonly string[]

/** Header fields that many responses share, also as they are sent. */
export interface SharedHead {
  readonly list: HeaderList
  readonly text: string
}

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
  /**
   * Writes the response, with the length of a body among its headers; the connection ends after it if `isLast`.
   * @param bodyLength in bytes
   */
  write(
    status: number,
    shared: SharedHead,
    headers: HeaderList,
    body: string | Uint8Array | undefined,
    bodyLength: number,
    isLast: boolean,
  ): void
  /** Has `poll` called for another request on the connection, and for its end. */
  hold(poll: WaitingPoll): void
  /** Ends what `hold` began. */
  letGo(poll: WaitingPoll): void
}

/** The lines of these fields (RFC 9112, section 5). */
export function fieldLines(headers: HeaderList): string {
  let lines = ''
  for (let i = 0; i + 1 < headers.length; i += 2) lines += `${headers[i]}: ${headers[i + 1]}\r\n`
  return lines
}
