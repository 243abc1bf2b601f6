/**
 * Bounds what the server stores for one connection. Responses leave in the order of the requests, so that a client that
 * pipelines requests and reads no response would have the server store all of them.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { schedule } from '../platform/clock.ts'
import { ignoreRequests } from '../platform/node-internals.ts'

/** Responses that may wait for an earlier one of their connection, and the bytes of their bodies. */
const MAX_QUEUED = 64
const MAX_QUEUED_BYTES = 1024 * 1024
/** From the request that is the last one of its connection to the end of the connection. */
const LAST_RESPONSE_MS = 2_000

interface Queue {
  responses: number
  bytes: number
  /** The last response is on its way, and further requests are ignored. */
  isClosing: boolean
}

const queue = Symbol('queue of responses')
const bodyBytes = Symbol('bytes in the queue')
type PipelinedSocket = Socket & { [queue]?: Queue }
type QueuedResponse = ServerResponse & { [bodyBytes]?: number }

/** A pipelined request: an earlier one of its connection is not answered completely. */
export const isQueued = (res: ServerResponse): boolean => res.socket === null

/** False if the request is to be ignored: its connection is closing. A connection that pipelines nothing costs nothing. */
export function admit(req: IncomingMessage, res: ServerResponse): boolean {
  const socket: PipelinedSocket = req.socket
  if (socket[queue]?.isClosing) return false
  if (!isQueued(res)) return true
  const queued = queueOf(socket)
  queued.responses += 1
  res.on('close', onClose)
  if (queued.responses >= MAX_QUEUED) endConnectionAfter(res)
  return true
}

/** Notes the body of a queued response before it is written. */
export function noteBody(res: QueuedResponse, bytes: number): void {
  const queued = queueOf(res.req.socket)
  queued.bytes += bytes
  res[bodyBytes] = bytes
  if (queued.bytes > MAX_QUEUED_BYTES) endConnectionAfter(res)
}

/** Makes this response the last of its connection: later requests are not handled, nor stored (RFC 9112, section 9.6). */
export function makeLast(res: ServerResponse): void {
  const socket: PipelinedSocket = res.req.socket
  res.shouldKeepAlive = false
  queueOf(socket).isClosing = true
  ignoreRequests(socket)
}

/** The same, and ends the connection soon, also where the client reads nothing. */
export function endConnectionAfter(res: ServerResponse): void {
  const { socket } = res.req
  const { isClosing } = queueOf(socket)
  makeLast(res)
  if (isClosing) return
  socket.once(
    'close',
    schedule(() => socket.destroy(), LAST_RESPONSE_MS),
  )
}

const queueOf = (socket: PipelinedSocket): Queue => (socket[queue] ??= { responses: 0, bytes: 0, isClosing: false })

function onClose(this: QueuedResponse): void {
  const queued = queueOf(this.req.socket)
  queued.responses -= 1
  queued.bytes -= this[bodyBytes] ?? 0
}
