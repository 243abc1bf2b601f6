/**
 * The one place that writes answers. What every answer has in common stands here: no store, CORP, CORS for the
 * configured origins, `Connection: close` while the server drains. Polls are written by the same few lines as
 * everything else, straight to the socket with a known length.
 */
import type { ServerResponse } from 'node:http'
import { type Problem, PROBLEM_TYPE, type ProblemCode, PROBLEMS } from '../../common/protocol/wire.ts'

/** Header fields as writeHead takes them fastest: name, value, name, value. */
export type HeaderList = readonly string[]

interface ProblemMore {
  readonly detail?: string
  /** What was wrong in the input. */
  readonly field?: string
  readonly headers?: HeaderList
  /** The connection ends with this answer. */
  readonly close?: boolean
}

export interface Answers {
  /** True from the moment that the server drains: nothing is held any more. */
  draining: boolean
  send(res: ServerResponse, status: number, headers: HeaderList, body?: string | Uint8Array): void
  /** The same, for what a browser may keep: `headers` bring their own Cache-Control. */
  sendFile(res: ServerResponse, status: number, headers: HeaderList, body?: Uint8Array): void
  json(res: ServerResponse, status: number, body: unknown): void
  problem(res: ServerResponse, code: ProblemCode, more?: ProblemMore): void
}

export interface AnswersDeps {
  readonly allowedOrigins: readonly string[]
  readonly onAnswer: (status: number) => void
}

const NOT_STORED: HeaderList = [
  'Cache-Control',
  'no-store',
  'Cross-Origin-Resource-Policy',
  'same-origin',
  'X-Content-Type-Options',
  'nosniff',
]
const STORED: HeaderList = NOT_STORED.slice(2)
const EXPOSED = 'ETag, Preference-Applied, Retry-After, WWW-Authenticate'

/** As RFC 9110, section 6.6.1, wants it. Node's own costs a timer at the end of each second in which something was answered. */
function createDateText(): () => string {
  let second = 0
  let text = ''
  return () => {
    const present = Math.floor(Date.now() / 1000)
    if (present !== second) text = new Date(present * 1000).toUTCString()
    second = present
    return text
  }
}

const dateText = createDateText()

export function createAnswers({ allowedOrigins, onAnswer }: AnswersDeps): Answers {
  const origins = new Set(allowedOrigins)

  function write(
    res: ServerResponse,
    status: number,
    common: HeaderList,
    headers: HeaderList,
    body: string | Uint8Array | undefined,
  ): void {
    // The client may have gone, or its connection may have been ended with a problem, while a body was read.
    if (res.destroyed || res.headersSent) return
    if (answers.draining) res.shouldKeepAlive = false
    const head = ['Date', dateText(), ...common, ...headers]
    if (origins.size > 0) {
      const { origin } = res.req.headers
      head.push('Vary', 'Origin')
      if (origin !== undefined && origins.has(origin))
        head.push('Access-Control-Allow-Origin', origin, 'Access-Control-Expose-Headers', EXPOSED)
    }
    if (body !== undefined) head.push('Content-Length', String(Buffer.byteLength(body)))
    res.writeHead(status, head)
    res.end(body)
    onAnswer(status)
  }

  const answers: Answers = {
    draining: false,
    send: (res, status, headers, body) => write(res, status, NOT_STORED, headers, body),
    sendFile: (res, status, headers, body) => write(res, status, STORED, headers, body),
    json: (res, status, body) => answers.send(res, status, ['Content-Type', 'application/json'], JSON.stringify(body)),
    problem(res, code, { detail, field, headers = [], close = false } = {}) {
      if (close) res.shouldKeepAlive = false
      answers.send(res, PROBLEMS[code].status, ['Content-Type', PROBLEM_TYPE, ...headers], problemBody(code, detail, field))
    },
  }
  return answers
}

/** The body of a problem (RFC 9457). */
export function problemBody(code: ProblemCode, detail?: string, field?: string): string {
  const { status, title } = PROBLEMS[code]
  const problem: Problem = {
    type: `about:blank#${code}`,
    title,
    status,
    code,
    ...(detail !== undefined && { detail }),
    ...(field !== undefined && { field }),
  }
  return JSON.stringify(problem)
}
