/**
 * The one place that writes responses. All of them share Cache-Control, CORP, CORS for the configured origins, and
 * `Connection: close` while the server drains. Polls take the same path: straight to the socket, with a known length.
 */
import type { ServerResponse } from 'node:http'
import { isQueued, noteBody } from './pipelining.ts'
import { type Problem, PROBLEM_TYPE, type ProblemCode, PROBLEMS } from '../../common/protocol/problems.ts'

/** Header fields in the form that writeHead takes fastest: name, value, name, value. */
export type HeaderList = readonly string[]

export interface ProblemOptions {
  readonly detail?: string
  /** The invalid part of the input. */
  readonly field?: string
  readonly headers?: HeaderList
  /** Ends the connection after this response. */
  readonly close?: boolean
}

export type Responder = ReturnType<typeof createResponder>

const CACHEABLE: HeaderList = ['Cross-Origin-Resource-Policy', 'same-origin', 'X-Content-Type-Options', 'nosniff']
const NOT_STORED: HeaderList = ['Cache-Control', 'no-store, no-transform', ...CACHEABLE]
const EXPOSED = 'ETag, Preference-Applied, Retry-After, WWW-Authenticate'

/** @param unreadMs how long a client may read nothing of a response */
export function createResponder(allowedOrigins: readonly string[], onResponse: (status: number) => void, unreadMs: number) {
  const origins = new Set(allowedOrigins)
  let second = 0
  let dateText = ''

  /** RFC 9110, section 6.6.1. Node's own Date header costs a timer at the end of each second in which it responded. */
  function date(): string {
    const present = Math.floor(Date.now() / 1000)
    if (present !== second) dateText = new Date(present * 1000).toUTCString()
    second = present
    return dateText
  }

  function write(res: ServerResponse, status: number, headers: HeaderList, body?: string | Uint8Array): void {
    // While the body was read, the client may have disconnected, or a problem may have ended the connection.
    if (res.destroyed || res.headersSent) return
    if (responder.draining) res.shouldKeepAlive = false
    const head = ['Date', date(), ...headers]
    if (origins.size > 0) {
      const { origin } = res.req.headers
      head.push('Vary', 'Origin')
      if (origin !== undefined && origins.has(origin))
        head.push('Access-Control-Allow-Origin', origin, 'Access-Control-Expose-Headers', EXPOSED)
    }
    const bytes = body === undefined ? 0 : Buffer.byteLength(body)
    if (body !== undefined) head.push('Content-Length', String(bytes))
    const isQueuedResponse = isQueued(res)
    if (isQueuedResponse) noteBody(res, bytes)
    res.writeHead(status, head)
    res.end(body)
    // Node clears it once the responses are sent.
    const { socket } = res.req
    if (isQueuedResponse || socket.writableNeedDrain) socket.setTimeout(unreadMs)
    onResponse(status)
  }

  const send = (res: ServerResponse, status: number, headers: HeaderList, body?: string | Uint8Array): void =>
    write(res, status, [...NOT_STORED, ...headers], body)

  const responder = {
    /** True while the server drains: no more polls are parked. */
    draining: false,
    send,
    /** For cacheable responses: `headers` contain their own Cache-Control. */
    sendFile: (res: ServerResponse, status: number, headers: HeaderList, body?: Uint8Array): void =>
      write(res, status, [...CACHEABLE, ...headers], body),
    json: (res: ServerResponse, body: unknown): void => send(res, 200, ['Content-Type', 'application/json'], JSON.stringify(body)),
    problem(res: ServerResponse, code: ProblemCode, { detail, field, headers = [], close = false }: ProblemOptions = {}): void {
      if (close) res.shouldKeepAlive = false
      send(res, PROBLEMS[code].status, ['Content-Type', PROBLEM_TYPE, ...headers], problemBody(code, detail, field))
    },
  }
  return responder
}

/** The body of a problem (RFC 9457). */
export function problemBody(code: ProblemCode, detail?: string, field?: string): string {
  const { status, title } = PROBLEMS[code]
  // JSON leaves out what is undefined.
  return JSON.stringify({ type: `about:blank#${code}`, title, status, code, detail, field } satisfies Record<keyof Problem, unknown>)
}
