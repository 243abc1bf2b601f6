/** A client that waits for one account: the state of its poll loop, and the reply to its poll. */
import type { Reply, WaitingPoll } from '../../../server/http/reply.ts'
import type { SimNode } from './node.ts'

interface ClientContext {
  /** Called when an answer leaves the machine. */
  readonly onAnswer: (client: SimClient, tag: string | null, unread: number, isFresh: boolean) => void
}

export class SimClient implements Reply {
  readonly account: number
  readonly #context: ClientContext
  node: SimNode | null = null
  tag: string | null = null
  unread = 0
  isFresh = false
  isLive = false
  failingSinceMs = 0
  isAnswered = true
  /** Grows with each lost connection: what was on its way then does not arrive. */
  connection = 0
  #poll: WaitingPoll | null = null

  constructor(account: number, context: ClientContext) {
    this.account = account
    this.#context = context
  }

  get origin(): undefined {
    return undefined
  }

  get isOpen(): boolean {
    return !this.isAnswered
  }

  get isQueued(): false {
    return false
  }

  endConnection(): void {
    // No request follows before the response.
  }

  write(status: number, _shared: unknown, headers: readonly string[], body: string | Uint8Array | undefined): void {
    this.isAnswered = true
    const tag = headers[headers.indexOf('ETag') + 1]?.slice(1, -1) ?? null
    if (status !== 304) this.isFresh = String(body).includes('"status":"ok"')
    const unread = status === 304 ? this.unread : Number(/"unread":(\d+)/.exec(String(body))?.[1] ?? Number.NaN)
    this.#context.onAnswer(this, tag, unread, this.isFresh)
  }

  hold(poll: WaitingPoll): void {
    this.#poll = poll
  }

  letGo(): void {
    this.#poll = null
  }

  /** Its connection ends. */
  abandon(): void {
    this.connection += 1
    this.isAnswered = true
    this.#poll?.abandon()
  }
}
