/**
 * A connection on the fast path: one object beside its socket, also while a poll is parked on it. It stores no half
 * request, so that it needs neither a parser's state nor a timer of its own.
 */
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { forgetPeer } from '../../platform/node-internals.ts'
import { fieldLines, type HeaderList, type Reply, type SharedHead, type WaitingPoll } from '../reply.ts'

/** What all connections share. */
export interface FastOwner {
  /** Handles the request at `start`, and returns its length; or hands the connection over to node:http: null. */
  receive(connection: Connection, bytes: Buffer, start: number, end: number): number | null
  gone(connection: Connection): void
  readonly seconds: () => number
  /** The last header fields of a response after which the connection stays open. */
  readonly keepAlive: string
}

const STATUS_LINES = Object.fromEntries(Object.entries(STATUS_CODES).map(([status, text]) => [status, `HTTP/1.1 ${status} ${text}\r\n`]))
const LAST = 'Connection: close\r\n\r\n'

const ownConnection = Symbol('connection')
type FastSocket = Socket & { [ownConnection]?: Connection | undefined }

export class Connection implements Reply {
  readonly socket: FastSocket
  readonly #owner: FastOwner
  #poll: WaitingPoll | null = null
  /** A request is unanswered. */
  #isBusy = false
  /** The monotonic second of the last response; of the connection before the first request. */
  idleSince: number
  hasReceived = false
  readonly remoteAddress: string | undefined

  constructor(socket: FastSocket, owner: FastOwner) {
    this.socket = socket
    this.#owner = owner
    this.idleSince = owner.seconds()
    this.remoteAddress = socket.remoteAddress
    forgetPeer(socket)
    socket[ownConnection] = this
    socket.on('data', onData)
    socket.on('end', onEnd)
    socket.on('close', onClose)
    socket.on('error', onError)
  }

  /** Pages of other origins are handled by node:http. */
  get origin(): undefined {
    return undefined
  }

  get isOpen(): boolean {
    return this.#isBusy && !this.socket.destroyed
  }

  /** A request that arrives before a response is left unread. */
  get isQueued(): false {
    return false
  }

  get isIdle(): boolean {
    return !this.#isBusy
  }

  /**
   * Requests are handled one after the other (RFC 9112, section 9.3.2).
   * @param bytes may be overwritten after the call
   */
  receive(bytes: Buffer, end: number): void {
    const { socket } = this
    this.hasReceived = true
    for (let start = 0; start < end && !socket.writableEnded;) {
      this.#poll?.expire()
      if (this.#isBusy) {
        socket.pause()
        socket.unshift(Buffer.from(bytes.subarray(start, end)))
        return
      }
      const length = this.#owner.receive(this, bytes, start, end)
      if (length === null) return
      start += length
    }
  }

  /** Begins a request: from now on the connection is a reply to it. */
  begin(): void {
    this.#isBusy = true
  }

  endConnection(): void {
    // Later requests are not read anyway before this one is answered.
  }

  write(
    status: number,
    shared: SharedHead,
    headers: HeaderList,
    body: string | Uint8Array | undefined,
    bodyLength: number,
    isLast: boolean,
  ): void {
    const { socket } = this
    this.#isBusy = false
    this.idleSince = this.#owner.seconds()
    const length = body === undefined ? '' : `Content-Length: ${bodyLength}\r\n`
    const head = `${STATUS_LINES[status]}${shared.text}${fieldLines(headers)}${length}${isLast ? LAST : this.#owner.keepAlive}`
    if (body === undefined) socket.write(head, 'latin1')
    else if (typeof body === 'string') socket.write(head + body, bodyLength === body.length ? 'latin1' : 'utf8')
    else {
      socket.cork()
      socket.write(head, 'latin1')
      socket.write(body)
      socket.uncork()
    }
    if (isLast) socket.destroySoon()
    else if (socket.isPaused()) socket.resume()
  }

  hold(poll: WaitingPoll): void {
    this.#poll = poll
  }

  letGo(): void {
    this.#poll = null
  }

  end(): void {
    this.#poll?.abandon()
    this.socket.end()
  }

  close(): void {
    this.#poll?.abandon()
    this.#owner.gone(this)
  }

  /** Takes its listeners off the socket, which another owner gets. */
  detach(): void {
    const { socket } = this
    socket[ownConnection] = undefined
    socket.off('data', onData)
    socket.off('end', onEnd)
    socket.off('close', onClose)
    socket.off('error', onError)
  }
}

function onData(this: FastSocket, chunk: Buffer): void {
  this[ownConnection]?.receive(chunk, chunk.length)
}

/**
 * Handles what was read into a buffer that all connections share; it follows what waits in the stream, if anything does.
 * Returns false if no more is to be read for now.
 */
export function receiveRead(socket: FastSocket, bytes: Buffer, length: number): boolean {
  const connection = socket[ownConnection]
  if (!connection || socket.isPaused() || socket.readableLength > 0) return socket.push(Buffer.from(bytes.subarray(0, length)))
  connection.receive(bytes, length)
  return true
}

/** The client sends no more; node:http, too, ends a connection then. */
function onEnd(this: FastSocket): void {
  this[ownConnection]?.end()
}

function onClose(this: FastSocket): void {
  this[ownConnection]?.close()
}

function onError(): void {
  // 'close' follows.
}
