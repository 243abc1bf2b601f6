/**
 * Replies through node:http. One shared listener notices disconnected clients, and a connection refers to its poll, since
 * it may have only one. Hence the symbol on the socket: a WeakMap entry for each poll would cost more memory.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { endConnectionAfter, isQueued, makeLast, noteBody } from './pipelining.ts'
import type { HeaderList, Reply, SharedHead, WaitingPoll } from './reply.ts'

const waitingPoll = Symbol('waiting poll')
type PollSocket = Socket & { [waitingPoll]?: WaitingPoll | undefined }

class HttpReply implements Reply {
  readonly #res: ServerResponse
  readonly #unreadMs: number

  constructor(res: ServerResponse, unreadMs: number) {
    this.#res = res
    this.#unreadMs = unreadMs
  }

  get origin(): string | undefined {
    return this.#res.req.headers.origin
  }

  /** While the body was read, the client may have disconnected, or a problem may have ended the connection. */
  get isOpen(): boolean {
    return !this.#res.destroyed && !this.#res.headersSent
  }

  get isQueued(): boolean {
    return isQueued(this.#res)
  }

  endConnection(): void {
    endConnectionAfter(this.#res)
  }

  write(
    status: number,
    shared: SharedHead,
    headers: HeaderList,
    body: string | Uint8Array | undefined,
    bodyLength: number,
    isLast: boolean,
  ): void {
    const res = this.#res
    if (isLast || !res.shouldKeepAlive) makeLast(res)
    const wasQueued = isQueued(res)
    if (wasQueued) noteBody(res, bodyLength)
    res.writeHead(status, [...shared.list, ...headers, ...(body === undefined ? [] : ['Content-Length', String(bodyLength)])])
    res.end(body)
    // Node clears it once the responses are sent.
    const { socket } = res.req
    if (wasQueued || socket.writableNeedDrain) socket.setTimeout(this.#unreadMs)
  }

  hold(poll: WaitingPoll): void {
    const socket: PollSocket = this.#res.req.socket
    socket[waitingPoll] = poll
    this.#res.on('close', onClose)
  }

  letGo(poll: WaitingPoll): void {
    this.#res.off('close', onClose)
    const socket: PollSocket = this.#res.req.socket
    if (socket[waitingPoll] === poll) socket[waitingPoll] = undefined
  }
}

function onClose(this: ServerResponse): void {
  ;(this.req.socket as PollSocket)[waitingPoll]?.abandon()
}

/** @param unreadMs how long a client may read nothing of a response */
export const createReplyOf =
  (unreadMs: number) =>
  (res: ServerResponse): Reply =>
    new HttpReply(res, unreadMs)

/** Ends the poll that waits on the request's connection. */
export function endPreviousPoll(req: IncomingMessage): void {
  ;(req.socket as PollSocket)[waitingPoll]?.expire()
}

/** True while a poll waits on a connection: nothing may be written to it out of turn. */
export const hasWaitingPoll = (socket: Socket): boolean => (socket as PollSocket)[waitingPoll] !== undefined
