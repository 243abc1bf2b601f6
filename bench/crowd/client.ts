/**
 * One client of the crowd: a poll at a time on its own connection, with the tags and the back-off of `client/`. A link that is
 * new starts with a poll that is not held, which proves that it is alive.
 */
import { retryDelayMs } from '../../client/retry.ts'
import { schedule } from '../../client/clock.ts'
import { headerOf, type HttpSocket, openSocket, type RawAnswer } from '../tools/http-socket.ts'
import { requestsTo } from '../tools/target.ts'
import type { Pool } from './pool.ts'

/** Longer than machines that share a board answer with an older number as fresh. */
const FRESH_MS = 10_000
const HASTY_MS = 1_000
const HOLD_SECONDS = 55

export interface ClientDeps {
  readonly pool: Pool
  readonly onError: (text: string) => void
  readonly onWrong: (text: string) => void
}

export class CrowdClient {
  readonly user: string
  readonly #deps: ClientDeps
  port = 0
  isLive = false
  isClosed = false
  /** What it shows. */
  unread = 0
  /** The last number that was sent, and the last that was answered 204. */
  sent = 0
  confirmed = 0
  confirmedAtMs = 0
  /** Called with each number that it shows. */
  onShown: (() => void) | null = null
  #socket: HttpSocket | null = null
  #tag: string | null = null
  #failingSinceMs: number | null = null
  #pollAtMs = 0
  /** Of the last server that was full: holds if no other one takes a connection. */
  #retryAfterMs = 0

  constructor(user: string, deps: ClientDeps) {
    this.user = user
    this.#deps = deps
  }

  connect(): void {
    const { pool } = this.#deps
    const port = pool.pick()
    if (port === undefined) return this.#retry('no server takes a connection', this.#retryAfterMs)
    this.port = port
    pool.count(port, 1)
    let socket: HttpSocket | null = null
    let isEnded = false
    /** Once for each connection. */
    const end = (): void => {
      if (isEnded) return
      isEnded = true
      pool.count(port, -1)
      if (this.#socket === socket) this.#socket = null
      socket?.close()
    }
    const lose = (error: Error | null): void => {
      if (isEnded) return
      const isRefused = socket === null
      end()
      if (this.isClosed) return
      if (isRefused && error && 'code' in error && error.code === 'EADDRINUSE') this.connect()
      else if (isRefused) this.#connectElsewhere(port)
      else this.#retry(error ? error.message : 'the connection was closed without an answer')
    }
    const opening = openSocket(
      port,
      (answer) => {
        const next = this.#take(answer)
        if (next !== 'poll' || isLast(answer)) end()
        if (this.isClosed || next === 'retry') return
        if (next === 'refused') this.#connectElsewhere(port)
        else if (this.#socket) this.#poll()
        else this.connect()
      },
      lose,
      pool.source(),
    )
    const start = (opened: HttpSocket): void => {
      socket = opened
      if (this.isClosed || isEnded) return end()
      this.#socket = opened
      this.#poll()
    }
    opening.then(start, lose)
  }

  #connectElsewhere(refused: number): void {
    this.#deps.pool.refused(refused)
    this.connect()
  }

  close(): void {
    this.isClosed = true
    this.#socket?.close()
  }

  #poll(): void {
    this.#pollAtMs = performance.now()
    this.#socket?.send(requestsTo(this.port).poll(this.user, this.#tag, this.isLive ? HOLD_SECONDS : 0))
  }

  /** What to do after an answer; `retry` is under way already. */
  #take(answer: RawAnswer): 'poll' | 'refused' | 'retry' {
    const { status, head, body } = answer
    if (status === 503) {
      this.#retryAfterMs = retryAfterMsOf(head)
      return 'refused'
    }
    if (status !== 200 && status !== 304) {
      this.#retry(`answered ${status}: ${body}`, retryAfterMsOf(head))
      return 'retry'
    }
    const isHasty = this.isLive && performance.now() - this.#pollAtMs < HASTY_MS
    if (status === 304 && isHasty && !isLast(answer)) {
      this.#retry('answered at once though nothing changed')
      return 'retry'
    }
    this.isLive = true
    this.#failingSinceMs = null
    if (status === 200) this.#show(answer)
    this.#check(status === 304)
    return 'poll'
  }

  #show({ head, body }: RawAnswer): void {
    this.#tag = headerOf(head, 'etag') ?? null
    const unread = Number(/"unread":(\d+)/.exec(body)?.[1])
    if (unread > this.sent) this.#deps.onWrong(`${this.user} is ${unread}, which was not sent`)
    if (unread < this.unread) this.#deps.onWrong(`${this.user} is ${unread}, was ${this.unread}`)
    if (!body.includes('"status":"ok"')) this.#deps.onError(`${this.user} is not ok: ${body}`)
    this.unread = unread
    this.onShown?.()
  }

  /** What it shows now is called fresh. */
  #check(isUnchanged: boolean): void {
    if (this.unread >= this.confirmed || performance.now() - this.confirmedAtMs < FRESH_MS) return
    this.#deps.onWrong(`${this.user} is ${this.unread}${isUnchanged ? ' (304)' : ''}; ${this.confirmed} was confirmed long ago`)
  }

  #retry(text: string, retryAfterMs = 0): void {
    this.isLive = false
    this.#deps.onError(text)
    this.#retryAfterMs = 0
    this.#failingSinceMs ??= performance.now()
    schedule(
      () => {
        if (!this.isClosed) this.connect()
      },
      retryDelayMs(performance.now() - this.#failingSinceMs, retryAfterMs, Math.random),
    )
  }
}

const retryAfterMsOf = (head: string): number => Number(headerOf(head, 'retry-after') ?? 0) * 1_000
const isLast = ({ head }: RawAnswer): boolean => /\r\nconnection: close/i.test(head)
