/** Mails are changed: `POST` to one of them, or to all of an account; answered once the mail server has said yes. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ServerResponse } from 'node:http'
import type { ActionOutcome } from '../../sources/source.ts'
import type { BoardReader } from '../../board/board.ts'
import { LIMITS, PATHS, PostMessage, PostMessages, type SourceErrorCode, type ProblemCode } from '../../../common/protocol/wire.ts'
import type { ActionRequest } from '../../sources/source.ts'
import type { Authorization } from '../authorization.ts'
import type { Answers } from '../answers.ts'
import { requireScope, tokenOf } from '../require-scope.ts'
import { parseBody } from '../input.ts'
import { routeOf } from '../paths.ts'

export interface MessagesDeps {
  readonly access: Authorization
  readonly answers: Answers
  readonly board: BoardReader
  readonly act: (request: ActionRequest) => Promise<ActionOutcome>
}

/** What is said where nobody said when to come again. */
const RETRY_AFTER_SECONDS = 5
const RETRY_AFTER_MOST_SECONDS = 3_600

const FAILURES = {
  auth: 'mail-server-refused',
  config: 'mail-server-refused',
  protocol: 'mail-server-refused',
  network: 'mail-server-unreachable',
  rate: 'mail-server-unreachable',
} as const satisfies Record<SourceErrorCode, ProblemCode>

export function routeMessages(app: FastifyInstance, { access, answers, board, act }: MessagesDeps): void {
  function answer(res: ServerResponse, outcome: ActionOutcome): void {
    switch (outcome.kind) {
      case 'done':
        return answers.send(res, 204, [])
      case 'gone':
        return answers.problem(res, 'not-found', { detail: 'There is no such mail in this account, or not any more.', field: 'message' })
      case 'unable':
        return answers.problem(res, 'cannot-act', { detail: 'Whoever counts this account cannot change its mails.', field: 'id' })
      case 'busy':
        return answers.problem(res, 'too-many-acts', {
          detail: 'Too much is waiting to be done in this account; try again in a moment.',
          headers: ['Retry-After', String(RETRY_AFTER_SECONDS)],
        })
      case 'late':
        return answers.problem(res, 'mail-server-timeout', { detail: 'The mail server has not answered in time; it may have done it.' })
      case 'failed': {
        const code = FAILURES[outcome.error.code]
        const seconds = Math.ceil((outcome.retryAfterMs ?? 1_000 * RETRY_AFTER_SECONDS) / 1_000)
        const retryAfter = ['Retry-After', String(Math.min(seconds, RETRY_AFTER_MOST_SECONDS))]
        const headers = code === 'mail-server-unreachable' ? retryAfter : []
        return answers.problem(res, code, { detail: outcome.error.message, headers })
      }
    }
  }

  /** The account of the path, where the token may change its mails; otherwise why not is written. */
  function accountOf(request: FastifyRequest<{ Params: { id: string } }>, res: ServerResponse): string | null {
    const account = access.accountId(request.params.id, res)
    if (account === null) return null
    // One answer for both, as for reading.
    if (tokenOf(request).covers(account) && board.get(account)) return account
    answers.problem(res, 'not-found', { detail: 'No such account for this token.', field: 'id' })
    return null
  }

  const options = { onRequest: requireScope(access, 'act'), bodyLimit: LIMITS.bodyBytes }

  app.post<{ Params: { id: string; message: string } }>(routeOf(PATHS.message), options, async (request, reply) => {
    const res = taken(reply)
    const { message } = request.params
    const account = accountOf(request, res)
    if (account === null) return
    const body = parseBody(PostMessage, request.body, res, answers)
    if (!body) return
    if (message.length > LIMITS.textLength) return answer(res, { kind: 'gone' })
    answer(res, await act({ account, message, action: body.action }))
  })

  app.post<{ Params: { id: string } }>(routeOf(PATHS.messages), options, async (request, reply) => {
    const res = taken(reply)
    const account = accountOf(request, res)
    if (account === null || !parseBody(PostMessages, request.body, res, answers)) return
    answer(res, await act({ account, action: 'read-all' }))
  })
}

function taken(reply: FastifyReply): ServerResponse {
  reply.hijack()
  return reply.raw
}
