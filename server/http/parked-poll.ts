/**
 * A parked request, its response, and its client, which may disconnect meanwhile.
 *
 * A parked poll costs one object and its query: no timer, signal or closure. One shared listener notices disconnected
 * clients, and a connection refers to its poll, since it may have only one. Hence the symbol on the socket: a WeakMap
 * entry for each poll would cost more memory.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Poll, PollTarget, Release } from '../board/parking.ts'
import type { HttpContext } from './context.ts'
import { endConnectionAfter } from './pipelining.ts'
import type { Responder } from './responder.ts'

/** What all polls share. */
type PollContext = Pick<HttpContext, 'parking' | 'responder' | 'metrics' | 'now' | 'random' | 'fail'>

/** How a route answers its polls: one object for all of them. */
export interface PollAnswer<Query extends PollTarget> {
  /** False while the board shows nothing new to this query. */
  isReady(query: Query): boolean
  /** Writes what the board shows now. */
  send(query: Query, res: ServerResponse): void
}

const parkedPoll = Symbol('parked poll')
type PollSocket = Socket & { [parkedPoll]?: Pick<ParkedPoll<never>, 'expire' | 'abandon'> | undefined }

class ParkedPoll<Query extends PollTarget> implements Poll {
  readonly #context: PollContext
  readonly #answer: PollAnswer<Query>
  readonly target: Query
  readonly #res: ServerResponse

  constructor(context: PollContext, answer: PollAnswer<Query>, query: Query, res: ServerResponse) {
    this.#context = context
    this.#answer = answer
    this.target = query
    this.#res = res
  }

  isAnswerable(): boolean {
    return this.#answer.isReady(this.target)
  }

  attach(socket: PollSocket): void {
    socket[parkedPoll] = this
    this.#res.on('close', onClose)
  }

  release(why: Release, sinceMs: number): void {
    this.#detach()
    const { metrics, now, fail } = this.#context
    // The polls that are released with it get their answers all the same.
    try {
      this.#answer.send(this.target, this.#res)
    } catch (error) {
      return fail(error, this.#res)
    }
    metrics.countRelease(why)
    if (why === 'changed') metrics.observeLatency((now() - sinceMs) / 1000)
  }

  /** Ends the hold early: another request arrived on the same connection. */
  expire(): void {
    if (this.#context.parking.drop(this)) this.release('expired', 0)
  }

  /** The client disconnected. */
  abandon(): void {
    this.#detach()
    this.#context.parking.drop(this)
  }

  #detach(): void {
    this.#res.off('close', onClose)
    const socket: PollSocket = this.#res.req.socket
    if (socket[parkedPoll] === this) socket[parkedPoll] = undefined
  }
}

function onClose(this: ServerResponse): void {
  ;(this.req.socket as PollSocket)[parkedPoll]?.abandon()
}

/** Parks a poll, or answers it at once if it cannot be parked. Call it in the turn of the comparison, without an await. */
export function parkPoll<Query extends PollTarget>(
  context: PollContext,
  answer: PollAnswer<Query>,
  query: Query,
  res: ServerResponse,
  holdSeconds: number,
): void {
  const { responder, parking, random } = context
  if (responder.draining) return answer.send(query, res)
  if (res.socket === null) return rejectQueued(res, responder)
  const poll = new ParkedPoll(context, answer, query, res)
  const exceeded = parking.park(poll, holdSeconds)
  if (exceeded === null) return poll.attach(res.socket)
  const headers = ['Retry-After', String(5 + Math.floor(random() * 10))]
  if (exceeded === 'total')
    return responder.problem(res, 'overloaded', { detail: 'This server has the maximum number of parked polls; try again later.', headers })
  const owner = exceeded === 'perToken' ? 'token' : 'address'
  responder.problem(res, 'too-many-requests', { detail: `This ${owner} has its maximum number of parked polls.`, headers })
}

/** The responses of a connection leave in the order of its requests: a poll parked behind another would only cost memory. */
function rejectQueued(res: ServerResponse, responder: Responder): void {
  endConnectionAfter(res)
  responder.problem(res, 'too-many-requests', {
    detail: 'A connection parks one poll at a time; open another connection for another poll.',
    headers: ['Retry-After', '1'],
  })
}

/** Ends the poll that the request's connection has parked. */
export function endPreviousPoll(req: IncomingMessage): void {
  ;(req.socket as PollSocket)[parkedPoll]?.expire()
}

/** True while a connection has a parked poll: nothing may be written to it out of turn. */
export const hasParkedPoll = (socket: Socket): boolean => (socket as PollSocket)[parkedPoll] !== undefined
