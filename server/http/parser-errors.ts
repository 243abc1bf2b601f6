/** Answers what Node's parser rejects or times out: what is not HTTP, or too large, or too slow. The connection then ends. */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Schedule } from '../../common/async/clock.ts'
import { PROBLEM_TYPE, type ProblemCode, PROBLEMS } from '../../common/protocol/problems.ts'
import { hasWaitingPoll } from './http-reply.ts'
import { endConnectionAfter } from './pipelining.ts'
import { fieldLines, type Reply } from './reply.ts'
import { problemBody, type Responder } from './responder.ts'

export type OnParserError = (error: NodeJS.ErrnoException, socket: Socket) => void

/** How long the client may still read the response. */
const LINGER_MS = 2_000

/** Not documented: the response that is to be sent next, and the request that is being read. */
type HttpSocket = Socket & { _httpMessage?: ServerResponse | null; parser?: { incoming?: IncomingMessage | null } | null }

export function createParserErrors(
  responder: Responder,
  replyOf: (res: ServerResponse) => Reply,
  schedule: Schedule,
  onResponse: (status: number) => void,
): OnParserError {
  /** Not at once: with bytes unread, the reset would overtake the response. And the client may never end its side. */
  function end(socket: Socket, response = ''): void {
    socket.end(response)
    socket.once(
      'close',
      schedule(() => socket.destroy(), LINGER_MS),
    )
  }

  return (error, socket: HttpSocket) => {
    const { _httpMessage: pending, parser } = socket
    if (error.code === 'ECONNRESET' || !socket.writable || hasWaitingPoll(socket)) return void socket.destroy()
    const code = problemOf(error)
    // Behind a request that is being handled, or in the body of this one.
    if (pending && (pending.req.complete || pending.headersSent)) return endConnectionAfter(pending)
    if (pending) return responder.problem(replyOf(pending), code, { close: true })
    // In a body whose request is answered: a second response would be taken for that to another request.
    if (parser?.incoming?.complete === false) return end(socket)
    // The response to a HEAD has no body; the parser may not have read the method yet.
    const isHead = 'rawPacket' in error && Buffer.isBuffer(error.rawPacket) && error.rawPacket.toString('latin1', 0, 5) === 'HEAD '
    end(socket, problemResponse(code, responder.notStoredLines(), isHead))
    onResponse(PROBLEMS[code].status)
  }
}

/** In bytes, as there is no response object. */
function problemResponse(code: ProblemCode, lines: string, isHead: boolean): string {
  const { status } = PROBLEMS[code]
  const body = problemBody(code)
  const own = fieldLines(['Content-Type', PROBLEM_TYPE, 'Content-Length', String(Buffer.byteLength(body)), 'Connection', 'close'])
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines}${own}\r\n${isHead ? '' : body}`
}

function problemOf({ code }: NodeJS.ErrnoException): ProblemCode {
  if (code === 'HPE_HEADER_OVERFLOW') return 'headers-too-large'
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'timeout'
  return code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW' ? 'too-large' : 'bad-request'
}
