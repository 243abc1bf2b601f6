/**
 * The one place that writes responses. All of them share Cache-Control, CORP, CORS for the configured origins, and
 * `Connection: close` while the server drains. Polls take the same path: straight to the socket, with a known length.
 */
import { type Problem, PROBLEM_TYPE, type ProblemCode, PROBLEMS } from '../../common/protocol/problems.ts'
import type { HeaderList, Reply } from './reply.ts'

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

export function createResponder(allowedOrigins: readonly string[], onResponse: (status: number) => void) {
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

  function write(reply: Reply, status: number, headers: HeaderList, body?: string | Uint8Array, isLast = false): void {
    if (!reply.isOpen) return
    const head = ['Date', date(), ...headers]
    if (origins.size > 0) {
      const { origin } = reply
      head.push('Vary', 'Origin')
      if (origin !== undefined && origins.has(origin))
        head.push('Access-Control-Allow-Origin', origin, 'Access-Control-Expose-Headers', EXPOSED)
    }
    if (body !== undefined) head.push('Content-Length', String(Buffer.byteLength(body)))
    reply.write(status, head, body, isLast || responder.draining)
    onResponse(status)
  }

  const send = (reply: Reply, status: number, headers: HeaderList, body?: string | Uint8Array, isLast?: boolean): void =>
    write(reply, status, [...NOT_STORED, ...headers], body, isLast)

  const responder = {
    /** True while the server drains: no more polls are parked. */
    draining: false,
    send,
    /** For cacheable responses: `headers` contain their own Cache-Control. */
    sendFile: (reply: Reply, status: number, headers: HeaderList, body?: Uint8Array): void =>
      write(reply, status, [...CACHEABLE, ...headers], body),
    json: (reply: Reply, body: unknown): void => send(reply, 200, ['Content-Type', 'application/json'], JSON.stringify(body)),
    problem(reply: Reply, code: ProblemCode, { detail, field, headers = [], close = false }: ProblemOptions = {}): void {
      send(reply, PROBLEMS[code].status, ['Content-Type', PROBLEM_TYPE, ...headers], problemBody(code, detail, field), close)
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
