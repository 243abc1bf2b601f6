/** A parked request, its reply, and its client, which may disconnect meanwhile. No timer, signal or closure for each. */
import type { Poll, PollTarget, Release } from '../board/parking.ts'
import type { HttpContext } from './context.ts'
import type { Reply, WaitingPoll } from './reply.ts'

/** What all polls share. */
export interface PollContext extends Pick<HttpContext, 'parking' | 'responder' | 'now' | 'random' | 'fail'> {
  readonly metrics: Pick<HttpContext['metrics'], 'countRelease' | 'observeLatency'>
}

/** How a route answers its polls: one object for all of them. */
export interface PollAnswer<Query extends PollTarget> {
  /** False while the board shows nothing new to this query. */
  isReady(query: Query): boolean
  /** Writes what the board shows now. */
  send(query: Query, reply: Reply): void
}

class ParkedPoll<Query extends PollTarget> implements Poll, WaitingPoll {
  readonly #context: PollContext
  readonly #answer: PollAnswer<Query>
  readonly target: Query
  dueSecond: number | null = null
  readonly #reply: Reply

  constructor(context: PollContext, answer: PollAnswer<Query>, query: Query, reply: Reply) {
    this.#context = context
    this.#answer = answer
    this.target = query
    this.#reply = reply
  }

  isAnswerable(): boolean {
    return this.#answer.isReady(this.target)
  }

  release(why: Release, sinceMs: number): void {
    this.#reply.letGo(this)
    const { metrics, now, fail } = this.#context
    // The polls that are released with it get their answers all the same.
    try {
      this.#answer.send(this.target, this.#reply)
    } catch (error) {
      return fail(error, this.#reply)
    }
    metrics.countRelease(why)
    if (why === 'changed') metrics.observeLatency((now() - sinceMs) / 1000)
  }

  expire(): void {
    if (this.#context.parking.drop(this)) this.release('expired', 0)
  }

  abandon(): void {
    this.#reply.letGo(this)
    this.#context.parking.drop(this)
  }
}

/** Parks a poll, or answers it at once if it cannot be parked. Call it in the turn of the comparison, without an await. */
export function parkPoll<Query extends PollTarget>(
  context: PollContext,
  answer: PollAnswer<Query>,
  query: Query,
  reply: Reply,
  holdSeconds: number,
): void {
  const { responder, parking, random } = context
  if (responder.draining) return answer.send(query, reply)
  if (reply.isQueued) {
    // Responses leave in the order of the requests: a poll parked behind another would only cost memory.
    reply.endConnection()
    return responder.problem(reply, 'too-many-requests', {
      detail: 'A connection parks one poll at a time; open another connection for another poll.',
      headers: ['Retry-After', '1'],
    })
  }
  const poll = new ParkedPoll(context, answer, query, reply)
  const exceeded = parking.park(poll, holdSeconds)
  if (exceeded === null) return reply.hold(poll)
  const headersFor = (leastSeconds: number, range: number) => ['Retry-After', String(leastSeconds + Math.floor(random() * range))]
  // The clients of a server that has died find the next one that starts.
  if (exceeded === 'total')
    return responder.problem(reply, 'overloaded', {
      detail: 'This server has the maximum number of parked polls; try again later.',
      headers: headersFor(1, 4),
    })
  const owner = exceeded === 'perToken' ? 'token' : 'address'
  const headers = headersFor(5, 10)
  responder.problem(reply, 'too-many-requests', { detail: `This ${owner} has its maximum number of parked polls.`, headers })
}
