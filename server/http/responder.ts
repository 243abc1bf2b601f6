/**
 * The one place that writes responses. All of them share Cache-Control, CORP, CORS for the configured origins, and
 * `Connection: close` while the server drains. Polls take the same path: straight to the socket, with a known length.
 */
import { type Problem, PROBLEM_TYPE, type ProblemCode, PROBLEMS } from '../../common/protocol/problems.ts'
import { fieldLines, type HeaderList, type Reply, type SharedHead } from './reply.ts'

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

const headOf = (list: HeaderList): SharedHead => ({ list, text: fieldLines(list) })

export function createResponder(allowedOrigins: readonly string[], onResponse: (status: number) => void) {
  const origins = new Set(allowedOrigins)
  let second = 0
  let shared = { cacheable: headOf([]), notStored: headOf([]) }

  /** With the date (RFC 9110, section 6.6.1): Node's own costs a timer at the end of each second in which it responded. */
  function sharedHeads(): typeof shared {
    const present = Math.floor(Date.now() / 1000)
    if (present === second) return shared
    second = present
    const date = ['Date', new Date(present * 1000).toUTCString()]
    shared = { cacheable: headOf([...date, ...CACHEABLE]), notStored: headOf([...date, ...NOT_STORED]) }
    return shared
  }

  function write(reply: Reply, status: number, shares: SharedHead, given: HeaderList, body?: string | Uint8Array, isLast = false): void {
    if (!reply.isOpen) return
    let headers = given
    if (origins.size > 0) {
      const { origin } = reply
      headers = [...headers, 'Vary', 'Origin']
      if (origin !== undefined && origins.has(origin))
        headers = [...headers, 'Access-Control-Allow-Origin', origin, 'Access-Control-Expose-Headers', EXPOSED]
    }
    const length = body === undefined ? 0 : Buffer.byteLength(body)
    reply.write(status, shares, headers, body, length, isLast || responder.draining)
    onResponse(status)
  }

  const send = (reply: Reply, status: number, headers: HeaderList, body?: string | Uint8Array, isLast?: boolean): void =>
    write(reply, status, sharedHeads().notStored, headers, body, isLast)

  const responder = {
    /** True while the server drains: no more polls are parked. */
    draining: false,
    send,
    /** The lines of the header fields that every response has which is not cached. */
    notStoredLines: (): string => sharedHeads().notStored.text,
    /** For cacheable responses: `headers` contain their own Cache-Control. */
    sendFile: (reply: Reply, status: number, headers: HeaderList, body?: Uint8Array): void =>
      write(reply, status, sharedHeads().cacheable, headers, body),
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
