/** The client's side of the wire: one poll with its tag and its wait, answered by the accounts or by an error as a value. */
import { z } from 'zod'
import { PATHS } from '../common/protocol/wire.ts'
import { jsonOf } from '../common/text.ts'
import { isETag, NOT_WAITING, parseRetryAfter } from '../common/protocol/headers.ts'
import { Problem, PROBLEMS, type ProblemCode } from '../common/protocol/problems.ts'
import { type HttpAnswer, send, type Server } from './http.ts'
import type { PollAnswer, Transport } from './poll-loop.ts'
import type { LinkProblem } from '../common/protocol/link.ts'
import { readAccounts } from './read-accounts.ts'

/** How long a poll may take beyond its wait before the connection counts as dead, unless the server says otherwise. */
const GRACE_SECONDS = 10

export const NOT_MAILBELL: LinkProblem = { code: 'not-mailbell', detail: 'The answer is not from Mailbell; check the address.' }

const WITHOUT_ETAG: LinkProblem = { code: 'altered', detail: 'The answer has no ETag; a proxy may be removing it.' }

/** Polls `GET /v1/accounts` of one server. */
export function createTransport(server: Server): Transport {
  return async ({ tag, waitSeconds, signal }) => {
    const result = await send(server, {
      method: 'GET',
      path: PATHS.accounts,
      headers: {
        ...(tag !== null && { 'If-None-Match': tag }),
        ...(waitSeconds > 0 && { Prefer: `wait=${waitSeconds}` }),
      },
      deadlineMs: (waitSeconds + (server.graceSeconds ?? GRACE_SECONDS)) * 1000,
      signal,
    })
    return result.ok ? pollAnswerOf(result.value, tag !== null) : { kind: 'failed', problem: result.problem }
  }
}

function pollAnswerOf(answer: HttpAnswer, isConditional: boolean): PollAnswer {
  const { status, header, text } = answer
  const draining = header('preference-applied') === NOT_WAITING && { draining: true }
  if (status === 304 && isConditional) return { kind: 'unchanged', ...draining }
  if (status !== 200) {
    const problem = problemOf(answer)
    // Without Mailbell's own code, the 401 or 403 is that of a proxy, which says nothing about the token and may pass.
    if (problem.code === 'unauthorized') return { kind: 'signed-out', problem }
    if (problem.code === 'forbidden') return { kind: 'signed-out', problem: { ...problem, code: 'cannot-read' } }
    const retryAfterMs = parseRetryAfter(header('retry-after'), header('date'))
    const code = problem.code === 'not-found' ? 'wrong-path' : problem.code
    return { kind: 'failed', problem: { ...problem, code }, ...(retryAfterMs !== null && { retryAfterMs }) }
  }
  const tag = header('etag')
  const accounts = readAccounts(text)
  if (accounts === null) return { kind: 'failed', problem: NOT_MAILBELL }
  if (!isETag(tag)) return { kind: 'failed', problem: WITHOUT_ETAG }
  return { kind: 'accounts', tag, accounts, ...draining }
}

/** What an error answer says (RFC 9457), or what its status means if it is not Mailbell's. */
export function problemOf({ status, text, redirect }: HttpAnswer): LinkProblem {
  if (redirect === '') return { code: 'redirected-page', detail: 'The address redirects elsewhere.' }
  if (redirect !== undefined) return { code: 'redirected', status, target: redirect, detail: redirectText(redirect) }
  const { data } = Problem.safeParse(jsonOf(text))
  const code = KnownCode.safeParse(data?.code).data ?? (data?.code === undefined ? codeOf(status) : 'unexpected')
  return { code, status, detail: data?.detail ?? data?.title ?? `The server answered ${status}.` }
}

export const redirectText = (target: string): string => `The server redirects to ${target}; if that is its address, use it.`

/** What proxies answer; Google's load balancer 408 where others answer 504. */
const OF_STATUS: { readonly [status: number]: LinkProblem['code'] } = {
  401: 'denied',
  403: 'denied',
  404: 'not-mailbell',
  407: 'denied',
  408: 'gateway',
  413: 'too-large',
  414: 'uri-too-long',
  429: 'rate',
  431: 'headers-too-large',
  502: 'gateway',
  503: 'gateway',
  504: 'gateway',
  511: 'denied',
}

/** Of an answer that is not a problem of Mailbell, whose problems have a code. */
function codeOf(status: number): LinkProblem['code'] {
  // Of Cloudflare.
  if (status >= 520 && status <= 530) return 'gateway'
  // Below 400: a success that Mailbell never answers.
  return OF_STATUS[status] ?? (status < 400 ? 'not-mailbell' : 'unexpected')
}

const KnownCode = z.custom<ProblemCode>((code) => typeof code === 'string' && Object.hasOwn(PROBLEMS, code))
