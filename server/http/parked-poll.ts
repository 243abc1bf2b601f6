/**
 * A poll as the HTTP side holds it: a parked request, its answer, and the client that may go away meanwhile.
 *
 * Per poll there is this one object and nothing else: no timer, signal or closure. A client that has gone is noticed
 * by one shared listener, and a connection knows the poll that it holds, for it may hold only one.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { AccountIds } from '../../common/protocol/wire.ts'
import type { Parking, Poll, Refusal, Release } from '../board/parking.ts'
import type { Metrics } from './metrics.ts'
import type { Answers } from './answers.ts'

/** What every poll works with; one object for all of them. */
export interface PollContext {
  readonly parking: Parking
  readonly answers: Answers
  readonly metrics: Metrics
  /** Monotonic milliseconds, the clock of the parking. */
  readonly now: () => number
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly maxHoldSeconds: number
}

const held = Symbol('held poll')
type HoldingSocket = Socket & { [held]?: ParkedPoll | 'deaf' | undefined }
type HeldResponse = ServerResponse & { [held]?: ParkedPoll | undefined }

export abstract class ParkedPoll<D extends PollContext = PollContext> implements Poll {
  abstract readonly ids: AccountIds
  readonly token: string | null
  readonly address: string | null
  protected readonly desk: D
  protected readonly res: ServerResponse

  constructor(desk: D, res: ServerResponse, token: string | null, address: string | null) {
    this.desk = desk
    this.res = res
    this.token = token
    this.address = address
  }

  abstract isAnswerable(): boolean

  /** Writes what the board shows now. */
  abstract answer(): void

  /** Parks it, or answers at once where it cannot be held. Call it in the turn of the comparison, without an await. */
  park(holdSeconds: number): void {
    const { answers, parking } = this.desk
    const res: HeldResponse = this.res
    if (answers.draining) return this.answer()
    if (res.socket === null) return this.#refusePipelined()
    const refusal = parking.park(this, holdSeconds)
    if (refusal) return this.#refuse(refusal)
    res[held] = this
    ;(res.socket as HoldingSocket)[held] = this
    res.on('close', onClose)
  }

  release(why: Release, sinceMs: number): void {
    this.#letGo()
    this.answer()
    const { metrics, now } = this.desk
    metrics.released(why)
    if (why === 'changed') metrics.told((now() - sinceMs) / 1000)
  }

  /** Ends the hold before its time, for another request has come on the same connection. */
  endHold(): void {
    if (this.desk.parking.drop(this)) this.release('expired', 0)
  }

  gone(): void {
    this.#letGo()
    this.desk.parking.drop(this)
  }

  #letGo(): void {
    const res: HeldResponse = this.res
    res.off('close', onClose)
    res[held] = undefined
    const socket: HoldingSocket = res.req.socket
    if (socket[held] === this) socket[held] = undefined
  }

  #refuse(refusal: Refusal): void {
    const headers = ['Retry-After', String(5 + Math.floor(this.desk.random() * 10))]
    if (refusal === 'total') {
      this.desk.answers.problem(this.res, 'overloaded', { detail: 'This server holds as many polls as it may; ask again later.', headers })
      return
    }
    const whose = refusal === 'perToken' ? 'token' : 'address'
    this.desk.answers.problem(this.res, 'too-many-requests', { detail: `This ${whose} has as many polls parked as it may.`, headers })
  }

  /** Answers of one connection leave in the order of its requests: a hold behind another would only take memory. */
  #refusePipelined(): void {
    const socket: HoldingSocket = this.res.req.socket
    socket[held] = 'deaf'
    this.desk.answers.problem(this.res, 'too-many-requests', {
      detail: 'A connection holds one poll at a time; open another connection for another poll.',
      headers: ['Retry-After', '1'],
      close: true,
    })
  }
}

function onClose(this: HeldResponse): void {
  this[held]?.gone()
}

/**
 * Looks at what a request's connection holds already. False where the request is to be ignored, for the connection is
 * about to end.
 */
export function endPreviousPoll(req: IncomingMessage): boolean {
  const holding = (req.socket as HoldingSocket)[held]
  if (holding === undefined) return true
  if (holding === 'deaf') return false
  holding.endHold()
  return true
}

/** True while a connection holds a poll: nothing may be written to it out of turn. */
export const hasParkedPoll = (socket: Socket): boolean => (socket as HoldingSocket)[held] !== undefined
