/** The wire, from the client's side: one request with its tag and its wait → an answer, or a problem as a value. */
import { z } from 'zod'
import { AccountsAnswer, PATHS } from '../common/protocol/wire.ts'
import { etagOf, parseRetryAfter } from '../common/protocol/headers.ts'
import { Problem, PROBLEMS, type ProblemCode } from '../common/protocol/problems.ts'
import { type HttpAnswer, send, type Server } from './http.ts'
import type { PollAnswer, Transport } from './poll-loop.ts'
import type { LinkProblem } from '../common/protocol/link.ts'

/** What a server may take beyond the wait before the connection counts as dead, unless it says otherwise. */
const GRACE_SECONDS = 10

/** Polls `GET /v1/accounts` of one server. */
export function createTransport(server: Server): Transport {
  return async ({ tag, waitSeconds, signal }) => {
    const result = await send(server, {
      method: 'GET',
      path: PATHS.accounts,
      headers: {
        ...(tag !== null && { 'If-None-Match': etagOf(tag) }),
        ...(waitSeconds > 0 && { Prefer: `wait=${waitSeconds}` }),
      },
      deadlineMs: (waitSeconds + (server.graceSeconds ?? GRACE_SECONDS)) * 1000,
      signal,
    })
    return result.ok ? answerOf(result.answer, Date.now()) : { kind: 'failed', problem: result.problem }
  }
}

function answerOf(answer: HttpAnswer, nowMs: number): PollAnswer {
  switch (answer.status) {
    case 200:
      return accountsOf(answer)
    case 304:
      return { kind: 'unchanged' }
    case 401:
    case 403:
      return { kind: 'signed-out', message: problemOf(answer).detail }
    default:
      return failureOf(answer, nowMs)
  }
}

function accountsOf({ header, text }: HttpAnswer): PollAnswer {
  const tag = /^"(.*)"$/.exec(header('etag') ?? '')?.[1]
  const body = AccountsAnswer.safeParse(jsonOf(text))
  if (tag !== undefined && body.success) return { kind: 'accounts', tag, accounts: body.data.accounts }
  return { kind: 'failed', problem: { code: 'not-mailbell', detail: NOT_OURS } }
}

function failureOf(answer: HttpAnswer, nowMs: number): PollAnswer {
  const retryAfterMs = parseRetryAfter(answer.header('retry-after'), nowMs)
  return { kind: 'failed', problem: problemOf(answer), ...(retryAfterMs !== null && { retryAfterMs }) }
}

const NOT_OURS = 'The answer is not one of Mailbell; see whether the address is right.'

/** An error answer in words (RFC 9457), or what its status says where it is not Mailbell's. */
export function problemOf({ status, text }: HttpAnswer): LinkProblem {
  const said = Problem.safeParse(jsonOf(text))
  const detail = said.success ? (said.data.detail ?? said.data.title) : `The server answered ${status}.`
  const problem = said.success ? KnownCode.safeParse(said.data.code).data : undefined
  return { code: linkCodeOf(status), detail, ...(problem && { problem }) }
}

function linkCodeOf(status: number): LinkProblem['code'] {
  if (status === 429 || status === 503) return 'overloaded'
  if (status >= 500) return 'server-error'
  // 404: some other server answers at this address; below 400: a redirect, or a success that none of ours is.
  return status < 400 || status === 404 ? 'not-mailbell' : 'rejected'
}

const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code)
const KnownCode = z.string().refine(isProblemCode)

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
